import type { Pool, PoolClient } from 'pg'

/** Whether each day on which the owner had clicks still has its table; of others only the sums are left. */
export async function areKept(
  client: Pool | PoolClient,
  ownerId: string,
  from: number,
  to: number,
): Promise<boolean> {
  const { rowCount } = await client.query({
    name: 'find_day_not_kept',
    text: `
      select
      from owner_rollups
      where owner_id = $1 and dimension = 'total' and unit = 'day'
        and bucket > $2::timestamptz - interval '24 hours' and bucket < $3
        and to_regclass('public.clicks_' || to_char(bucket at time zone 'UTC', 'YYYYMMDD')) is null
      limit 1`,
    values: [ownerId, new Date(from), new Date(to)],
  })
  return rowCount === 0
}
