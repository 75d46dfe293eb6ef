// What the servers themselves say of who follows whom.
import { Client, type QueryResultRow } from 'pg'

export interface Follower {
  readonly name: string
  readonly isSynchronous: boolean
  /** Of the process at the primary that sends to it. */
  readonly pid: number
}

/** Those that receive what a primary writes as it writes it; none if it does not answer. */
export async function followersOf(url: string): Promise<readonly Follower[]> {
  return await ask<Follower & QueryResultRow>(
    url,
    `select application_name as name, pid, sync_state = 'sync' as "isSynchronous"
     from pg_stat_replication where state = 'streaming'`,
  )
}

/** To which servers so many new connections to an address lead. */
export async function serversBehind(url: string, times: number): Promise<string[]> {
  const found = new Set<string>()
  for (let i = 0; i < times; i++) {
    const place = 'select concat(inet_server_addr(), inet_server_port()) as place'
    const rows = await ask<{ place: string }>(url, place)
    rows.forEach((row) => found.add(row.place))
  }
  return [...found]
}

async function ask<Row extends QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new Client({
    connectionString: `${url}/postgres`,
    connectionTimeoutMillis: 1_000,
    query_timeout: 1_000,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    return (await client.query<Row>(sql)).rows
  } catch {
    return []
  } finally {
    // A server that is silent does not say goodbye.
    void client.end().catch(() => {})
  }
}
