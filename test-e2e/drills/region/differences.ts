// Whether two regions say the same once nothing is under way: row by row, and sum by sum.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Region } from './region.ts'

const questions = {
  linksThatDiffer: [
    'links',
    `select id || ' ' || position || ' ' || version || ' ' || destination || ' ' || (deleted_at is null) as row from links`,
  ],
  clicksThatDiffer: ['analytics', `select id || ' ' || link_id || ' ' || at as row from clicks`],
  sumsThatDiffer: [
    'analytics',
    `select link_id || ' ' || dimension || ' ' || value || ' ' || sum(human) || ' ' || sum(bot) || ' ' || sum(uniques) as row
       from rollups group by link_id, dimension, value`,
  ],
} as const

type Difference = keyof typeof questions

const limitMs = 30_000

/** Rows that only one of them has; the last ones may need a moment to get there. */
export async function differences(a: Region, b: Region): Promise<Record<Difference, number>> {
  const limit = performance.now() + limitMs
  for (;;) {
    const found = Object.fromEntries(
      await Promise.all(
        Object.entries(questions).map(async ([name, [database, sql]]) => {
          const [ofA, ofB] = await Promise.all([
            a.query<{ row: string }>(database, sql),
            b.query<{ row: string }>(database, sql),
          ])
          return [name, rowsOfOne(ofA, ofB)] as const
        }),
      ),
    ) as Record<Difference, number>
    if (Object.values(found).every((count) => count === 0) || performance.now() > limit)
      return found
    await sleep(500)
  }
}

function rowsOfOne(
  left: readonly { readonly row: string }[],
  right: readonly { readonly row: string }[],
): number {
  const times = new Map<string, number>()
  for (const { row } of [...left, ...right]) times.set(row, (times.get(row) ?? 0) + 1)
  return [...times.values()].filter((count) => count === 1).length
}
