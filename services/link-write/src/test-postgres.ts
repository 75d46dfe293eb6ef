// For tests: a private links database, and a pool on it as link-write.
import { createLog } from '@sleepwell/runtime/log'
import { openPool } from '@sleepwell/runtime/postgres'
import { openTestDatabase } from '@sleepwell/testing/postgres'
import { Client, type PoolClient } from 'pg'

export const silentLog = createLog('test')
silentLog.level = 'silent'

export interface TestPostgresOptions {
  readonly max?: number
  readonly timeoutMs?: number
  readonly timeZone?: string
  /** Keep the link that a migration makes. */
  readonly withProbeLink?: boolean
}

export async function openTestPostgres(options: TestPostgresOptions = {}) {
  const { max = 4, timeoutMs = 5000, timeZone = 'UTC', withProbeLink = false } = options
  const open = new AsyncDisposableStack()
  const database = open.use(await openTestDatabase('links'))
  const url = `${database.url('link_write')}?options=-c%20TimeZone%3D${timeZone}`
  const postgres = open.use(openPool({ url, name: 'link-write', max, timeoutMs, log: silentLog }))
  /** Past the grants of link-write. */
  const asOwner = async (sql: string) => {
    const client = new Client({ connectionString: database.url('links_owner') })
    await client.connect()
    await client.query(sql)
    await client.end()
  }
  const count = async (table: string) => {
    const client = new Client({ connectionString: database.url('links_owner') })
    await client.connect()
    const { rows } = await client.query<{ count: string }>(`select count(*) from ${table}`)
    await client.end()
    return Number(rows[0]?.count)
  }
  if (!withProbeLink) await asOwner('delete from links; delete from link_changes')
  return {
    postgres,
    url: database.url,
    asOwner,
    count,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

/** As if the process at the other end had died. */
export async function killBackendOf(client: PoolClient, adminUrl: string): Promise<void> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  const admin = new Client({ connectionString: adminUrl })
  await admin.connect()
  const ended = new Promise((resolve) => client.once('end', resolve))
  await admin.query('select pg_terminate_backend($1)', [rows[0]?.pid])
  await ended
  await admin.end()
}
