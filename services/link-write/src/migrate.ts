// Brings the links database to the newest schema: `LINKS_OWNER_URL=postgres://... node src/migrate.ts`
import { fileURLToPath } from 'node:url'
import { postgresUrl, readEnv } from '@sleepwell/runtime/env'
import { createLog } from '@sleepwell/runtime/log'
import { migrate } from '@sleepwell/runtime/migrations'
import { run } from '@sleepwell/runtime/process'

const log = createLog('link-write')

await run(log, async () => {
  const config = readEnv({ LINKS_OWNER_URL: postgresUrl }, process.env)
  const directory = fileURLToPath(new URL('../migrations', import.meta.url))
  const applied = await migrate({ url: config.LINKS_OWNER_URL, directory })
  log.info({ applied }, 'migrated')
})
