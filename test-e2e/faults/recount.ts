import { until } from '../api.ts'
import type { Chain } from './chain.ts'

export interface Recount {
  readonly lost: number
  readonly doubled: number
  /** Stored clicks that no visitor got an answer for. */
  readonly unanswered: number
}

const chunk = 100_000

/** What is stored against what visitors were answered, by SQL. */
export async function recount(
  { query }: Pick<Chain, 'query'>,
  answered: readonly string[],
): Promise<Recount> {
  await query('create table answered (id uuid not null)')
  for (let i = 0; i < answered.length; i += chunk)
    await query('insert into answered select unnest($1::uuid[])', [answered.slice(i, i + chunk)])
  const [counts] = await query<{ lost: number; doubled: number; unanswered: number }>(`
    with stored as (select id, count(*) as times from clicks group by id)
    select
      (select count(*)::int from answered left join stored using (id) where stored.id is null) as lost,
      (select coalesce(sum(times - 1), 0)::int from stored) as doubled,
      (select count(*)::int from stored left join answered using (id) where answered.id is null)
        as unanswered`)
  const [rolledUp] = await query<{ difference: number }>(`
    select ((select coalesce(sum(human + bot), 0) from rollups where dimension = 'total')
      - (select count(*) from clicks))::int as difference`)
  await query('drop table answered')
  const { lost = -1, doubled = -1, unanswered = -1 } = counts ?? {}
  return { lost, doubled: doubled + Math.abs(rolledUp?.difference ?? 1), unanswered }
}

/** Resolves when the spool says that all it had by `time` is in the reports, to the seconds that this took. */
export async function visibleAfter({ query }: Chain, time: Date): Promise<number> {
  const startedAt = performance.now()
  await until(
    () => query<{ at: Date | null }>('select through_at as at from spools'),
    ([spool]) => (spool?.at ?? new Date(0)) > time,
  )
  return seconds(performance.now() - startedAt)
}

export function seconds(ms: number): number {
  return Number((ms / 1000).toFixed(1))
}
