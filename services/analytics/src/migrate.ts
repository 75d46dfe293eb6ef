// Brings the analytics database to the newest schema: `ANALYTICS_OWNER_URL=postgres://... node src/migrate.ts`
import { fileURLToPath } from 'node:url'
import { postgresUrl, readEnv } from '@sleepwell/runtime/env'
import { createLog } from '@sleepwell/runtime/log'
import { migrate } from '@sleepwell/runtime/migrations'
import { run } from '@sleepwell/runtime/process'

const log = createLog('analytics')

await run(log, async () => {
  const config = readEnv({ ANALYTICS_OWNER_URL: postgresUrl }, process.env)
  const directory = fileURLToPath(new URL('../migrations', import.meta.url))
  const applied = await migrate({ url: config.ANALYTICS_OWNER_URL, directory })
  log.info({ applied }, 'migrated')
})
