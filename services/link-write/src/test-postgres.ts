// For tests: a private links database, and a pool on it as link-write.
import { createLog } from '@sleepwell/runtime/log'
import { openPool } from '@sleepwell/runtime/postgres'
import { openTestDatabase } from '@sleepwell/testing/postgres'
import { Client } from 'pg'

export const silentLog = createLog('test')
silentLog.level = 'silent'

export async function openTestPostgres(options: { max?: number; timeZone?: string } = {}) {
  const { max = 4, timeZone = 'UTC' } = options
  const open = new AsyncDisposableStack()
  const database = open.use(await openTestDatabase('links'))
  const url = `${database.url('link_write')}?options=-c%20TimeZone%3D${timeZone}`
  const postgres = open.use(
    openPool({ url, name: 'link-write', max, timeoutMs: 5000, log: silentLog }),
  )
  return {
    postgres,
    url: database.url,
    /** Past the grants of link-write. */
    asOwner: async (sql: string) => {
      const client = new Client({ connectionString: database.url('links_owner') })
      await client.connect()
      await client.query(sql)
      await client.end()
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}
