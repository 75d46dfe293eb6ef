import type { Pool } from 'pg'
import { makeDays } from './click-table.ts'
import { deleteSpools } from './spool-table.ts'

const dayMs = 86_400_000

/** A click is unique up to 48 hours after its day at the latest; then nobody asks for its visitor again. */
const visitorDays = 4

/** Makes the days that come and drops those that went. Any number of processes may do it. */
export async function keepDays(pool: Pool, retentionDays: number, now: number): Promise<void> {
  await makeDays(pool, [day(now), day(now + dayMs)])
  // One day more than duplicates are looked for, as clocks differ.
  await dropDays(pool, 'clicks', day(now - (retentionDays + 1) * dayMs))
  await dropDays(pool, 'visitors', day(now - visitorDays * dayMs))
  await deleteSpools(pool, retentionDays)
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
