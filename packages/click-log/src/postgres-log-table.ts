// The SQL of the Postgres click log. Its tables are made by the migrations of services/analytics.
import type { Pool, PoolClient } from 'pg'
import { byteaArray } from './bytea-array.ts'
import type { Bounds, LogRecord } from './click-log.ts'

export async function insertRecords(
  pool: Pool,
  turn: number,
  records: readonly Uint8Array[],
): Promise<void> {
  await pool.query({
    name: 'publish_clicks',
    text: 'select publish_clicks($1, $2)',
    values: [turn, byteaArray(records)],
  })
}

export async function findCluster(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ id: string }>({
    name: 'find_cluster',
    text: 'select id from click_log_cluster',
  })
  if (rows[0] === undefined) throw new Error('the click log has no name')
  return rows[0].id
}

/** The offset that the next record of the partition will have. */
export async function findEnd(client: PoolClient, partition: number): Promise<number> {
  const { rows } = await client.query<{ next: number }>({
    name: 'find_end',
    text: 'select next from click_log_partitions where partition = $1',
    values: [partition],
  })
  if (rows[0] === undefined) throw new Error(`the click log has no partition ${partition}`)
  return rows[0].next
}

export async function findBounds(pool: Pool): Promise<Map<number, Bounds>> {
  const { rows } = await pool.query<Bounds & { partition: number }>({
    name: 'find_bounds',
    text: `
      select
        p.partition,
        coalesce((select min(l."offset") from click_log l where l.partition = p.partition), p.next) as low,
        p.next as high
      from click_log_partitions p`,
  })
  return new Map(rows.map(({ partition, low, high }) => [partition, { low, high }]))
}

/** In order, from `offset` or from the oldest record after it. */
export async function findRecords(
  client: PoolClient,
  partition: number,
  offset: number,
  limit: number,
): Promise<LogRecord[]> {
  const { rows } = await client.query<LogRecord>({
    name: 'find_records',
    text: `
      select "offset", value
      from click_log
      where partition = $1 and "offset" >= $2
      order by "offset"
      limit $3`,
    values: [partition, offset, limit],
  })
  return rows
}

/** Deletes at most `limit` records of [from, before); resolves to the offset at which to go on. */
export async function deleteRecords(
  pool: Pool,
  partition: number,
  from: number,
  before: number,
  limit: number,
): Promise<number> {
  const { rows } = await pool.query<{ count: number; last: number | null }>({
    name: 'delete_records',
    text: `
      with consumed as (
        select "offset"
        from click_log
        where partition = $1 and "offset" >= $2 and "offset" < $3
        order by "offset"
        limit $4
      ), deleted as (
        delete from click_log using consumed
        where partition = $1 and click_log."offset" = consumed."offset"
      )
      select count(*) as count, max("offset") as last from consumed`,
    values: [partition, from, before, limit],
  })
  const { count = 0, last = null } = rows[0] ?? {}
  return count < limit || last === null ? before : last + 1
}
