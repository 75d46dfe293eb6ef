// What the databases hold in the end, once everything that was answered had the time to get there.
import { setTimeout as sleep } from 'node:timers/promises'
import type { System } from '../system.ts'
import type { Evidence, Read } from './evidence.ts'

const quietMs = 120_000
/** Nothing has come for so long. */
const stillMs = 3_000

/** Waits for the clicks of all that were answered; at the most two minutes, then they are lost. */
export async function collect(
  system: Pick<System, 'query'>,
  reads: readonly Read[],
): Promise<Pick<Evidence, 'links' | 'clicks' | 'rollupDifference'>> {
  const answered = reads.filter(({ answer }) => typeof answer === 'object').length
  const limit = performance.now() + quietMs
  for (let [stored, since] = [0, performance.now()]; performance.now() < limit; await sleep(250)) {
    const [row] = await system.query<{ stored: number }>(
      'analytics',
      'select count(*)::int as stored from clicks',
    )
    const now = row?.stored ?? 0
    if (now !== stored) [stored, since] = [now, performance.now()]
    if (stored >= answered && performance.now() - since > stillMs) break
  }
  const clicks = await system.query<{ id: string; times: number }>(
    'analytics',
    'select id, count(*)::int as times from clicks group by id',
  )
  const [sums] = await system.query<{ difference: number }>(
    'analytics',
    `select ((select coalesce(sum(human + bot), 0) from rollups where dimension = 'total')
       - (select count(*) from clicks))::int as difference`,
  )
  const links = await system.query<{ slug: string; destination: string }>(
    'links',
    'select slug, destination from links where deleted_at is null',
  )
  return {
    links,
    clicks: new Map(clicks.map(({ id, times }) => [id, times])),
    rollupDifference: sums?.difference ?? Number.NaN,
  }
}
