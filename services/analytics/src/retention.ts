import type { Pool } from 'pg'
import { makeDays } from './click-table.ts'
import { deleteOrphans } from './orphan-table.ts'
import { deleteSpools } from './spool-table.ts'

const dayMs = 86_400_000

/** So long after its day a click may be unique; then nobody asks for its visitor again. */
export const visitorDays = (uniqueWithinHours: number) => Math.ceil(uniqueWithinHours / 24) + 2

/** Makes the days that come and drops those that went. Any number of processes may do it. */
export async function keepDays(
  pool: Pool,
  retentionDays: number,
  uniqueWithinHours: number,
  now: number,
): Promise<void> {
  // One day more than duplicates are looked for, as clocks differ.
  const last = day(now - (retentionDays + 1) * dayMs)
  const done = await Promise.allSettled([
    makeDays(pool, [day(now), day(now + dayMs)]),
    dropDays(pool, 'visitors', day(now - visitorDays(uniqueWithinHours) * dayMs)),
    dropDays(pool, 'clicks', last),
    deleteOrphans(pool, last),
    deleteSpools(pool, retentionDays),
  ])
  // What could be done is done; the rest is tried again.
  const failures = done.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
  if (failures.length > 0) throw new AggregateError(failures, 'days could not be kept')
}

async function dropDays(pool: Pool, table: 'clicks' | 'visitors', before: string): Promise<void> {
  await pool.query({
    name: 'drop_days',
    text: 'select drop_days($1, $2)',
    values: [table, before],
  })
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}
