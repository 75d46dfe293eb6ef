// For tests: a private links database, and a pool on it as link-write.
import { createLog } from '@sleepwell/runtime/log'
import { openPool } from '@sleepwell/runtime/postgres'
import { openTestDatabase } from '@sleepwell/testing/postgres'
import { Client } from 'pg'

export const silentLog = createLog('test')
silentLog.level = 'silent'

export interface TestPostgresOptions {
  readonly max?: number
  readonly timeZone?: string
  /** Keep the link that a migration makes. */
  readonly withProbeLink?: boolean
}

export async function openTestPostgres(options: TestPostgresOptions = {}) {
  const { max = 4, timeZone = 'UTC', withProbeLink = false } = options
  const open = new AsyncDisposableStack()
  const database = open.use(await openTestDatabase('links'))
  const url = `${database.url('link_write')}?options=-c%20TimeZone%3D${timeZone}`
  const postgres = open.use(
    openPool({ url, name: 'link-write', max, timeoutMs: 5000, log: silentLog }),
  )
  /** Past the grants of link-write. */
  const asOwner = async (sql: string) => {
    const client = new Client({ connectionString: database.url('links_owner') })
    await client.connect()
    await client.query(sql)
    await client.end()
  }
  if (!withProbeLink) await asOwner('delete from links; delete from link_changes')
  return {
    postgres,
    url: database.url,
    asOwner,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}
