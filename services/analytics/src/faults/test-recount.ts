// For tests: what the database holds against the test's own list, by SQL of the test's own.
import type { Traffic } from './test-traffic.ts'

export type Query = <Row extends object>(sql: string, values?: unknown[]) => Promise<Row[]>

export interface Recount {
  /** Clicks that were acknowledged and are not stored. */
  readonly lost: number
  /** How often one was stored more than once. */
  readonly doubled: number
  /** A sentence for each number that is not what the list says. */
  readonly wrong: readonly string[]
}

export const balanced: Recount = { lost: 0, doubled: 0, wrong: [] }

export async function recount(query: Query, traffic: readonly Traffic[]): Promise<Recount> {
  const rows = await query<{ id: string }>('select id from clicks')
  return {
    ...compare(traffic, rows),
    wrong: [
      ...(await strangersIn(rows, traffic)),
      ...(await rollupsOf(query, traffic)),
      ...(await apartOf(query, traffic)),
      ...(await Promise.all(traffic.map((one) => spoolOf(query, one)))).flat(),
      ...(await deadlocksOf(query)),
    ],
  }
}

/** What a consumer without guards has counted. */
export async function recountNaively(
  query: Query,
  traffic: readonly Traffic[],
): Promise<Omit<Recount, 'wrong'>> {
  return compare(traffic, await query<{ id: string }>('select id from counted_naively'))
}

function compare(traffic: readonly Traffic[], rows: readonly { id: string }[]) {
  const times = new Map<string, number>()
  for (const { id } of rows) times.set(id, (times.get(id) ?? 0) + 1)
  const lost = traffic.flatMap(({ clicks }) => clicks).filter(({ id }) => !times.has(id)).length
  return { lost, doubled: rows.length - times.size }
}

async function strangersIn(rows: readonly { id: string }[], traffic: readonly Traffic[]) {
  const shipped = new Set(traffic.flatMap(({ clicks }) => clicks).map(({ id }) => id))
  const strange = rows.filter(({ id }) => !shipped.has(id)).length
  return unless(strange === 0, `${strange} clicks were never shipped`)
}

async function rollupsOf(query: Query, traffic: readonly Traffic[]): Promise<string[]> {
  const [difference] = await query<{ rows: number }>(`
    with counted as (
      select owner_id, link_id, dimension, date_bin('15 minutes', at, 'epoch'::timestamptz), value,
        count(*) filter (where not bot), count(*) filter (where bot), count(*) filter (where is_unique)
      from clicks cross join lateral (values
        ('browser', browser), ('country', country), ('device', device),
        ('os', os), ('referrer', referrer), ('total', '')) as d (dimension, value)
      group by 1, 2, 3, 4, 5
    ), kept as (
      select owner_id, link_id, dimension, bucket, value, human, bot, uniques from rollups
    )
    select count(*)::int as rows
    from ((table counted except table kept) union all (table kept except table counted)) as d`)
  const [total] = await query<{ human: number; bot: number; uniques: number }>(`
    select coalesce(sum(human), 0)::int as human, coalesce(sum(bot), 0)::int as bot,
      coalesce(sum(uniques), 0)::int as uniques
    from rollups where dimension = 'total'`)
  const clicks = traffic.flatMap((one) => one.clicks)
  const people = clicks.filter(({ bot }) => !bot)
  const visitors = people.map(
    ({ at, linkId, visitor }) => `${at.slice(0, 10)} ${linkId} ${visitor}`,
  )
  return [
    ...unless(difference?.rows === 0, `${difference?.rows} rollups are not what the clicks say`),
    ...expected('humans in the rollups', total?.human, people.length),
    ...expected('bots in the rollups', total?.bot, clicks.length - people.length),
    ...expected('uniques in the rollups', total?.uniques, new Set(visitors).size),
  ]
}

async function apartOf(query: Query, traffic: readonly Traffic[]): Promise<string[]> {
  const [found] = await query<{ orphans: number; letters: number; ids: number }>(`
    select
      (select coalesce(sum(human + bot), 0)::int from orphans) as orphans,
      (select count(click_id)::int from dead_letters where reason = 'future_version') as letters,
      (select count(distinct click_id)::int from dead_letters where reason = 'future_version') as ids`)
  const strangers = traffic.flatMap((one) => one.strangers).length
  const orphans = traffic.flatMap((one) => one.orphans).length
  return [
    ...expected('orphan clicks', found?.orphans, orphans),
    ...expected('dead letters', found?.letters, strangers),
    ...expected('clicks in dead letters', found?.ids, strangers),
  ]
}

/** Of each number exactly what became of it. */
async function spoolOf(query: Query, traffic: Traffic): Promise<string[]> {
  const { spool, clicks, orphans, strangers, dropped } = traffic
  const seqs = (records: readonly { seq: number }[]) => records.map(({ seq }) => seq)
  const [sets] = await query<Record<'counted' | 'dead_lettered' | 'dropped', boolean>>(
    `select
      counted = (select range_agg(int8range(n, n, '[]')) from unnest($2::bigint[]) n) as counted,
      dead_lettered = (select range_agg(int8range(n, n, '[]')) from unnest($3::bigint[]) n) as dead_lettered,
      dropped = (select range_agg(int8range(n, n, '[]')) from unnest($4::bigint[]) n) as dropped
    from spools where spool = $1`,
    [
      spool,
      [...seqs(clicks), ...seqs(orphans)],
      seqs(strangers),
      dropped.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i)),
    ],
  )
  if (sets === undefined) return [`nothing is known of spool ${spool}`]
  return Object.entries(sets).flatMap(([name, right]) =>
    unless(right, `the numbers ${name} of a spool are not those that were shipped`),
  )
}

async function deadlocksOf(query: Query): Promise<string[]> {
  const [found] = await query<{ deadlocks: number }>(
    'select deadlocks::int from pg_stat_database where datname = current_database()',
  )
  return expected('deadlocks', found?.deadlocks, 0)
}

function expected(what: string, found: number | undefined, wanted: number): string[] {
  return unless(found === wanted, `${what}: ${found} instead of ${wanted}`)
}

function unless(right: boolean, sentence: string): string[] {
  return right ? [] : [sentence]
}
