// For tests: what the click log received against what visitors were answered, by SQL and by nothing of the product.
import type { Client } from 'pg'
import type { Answered } from './test-visitors.ts'

export interface Recount {
  /** Different clicks on the log. */
  readonly stored: number
  /** Answered, and not on the log. */
  readonly lost: number
  /** Ids that have several numbers, and numbers that have several ids. */
  readonly doubled: number
  /** Delivered again, under the same id and number: readers count it once. */
  readonly repeated: number
  /** Numbers that were reported as dropped. */
  readonly dropped: number
  /** Numbers below the highest of their spool that nothing on the log accounts for. */
  readonly missing: number
  /** Answered, and not on the log, in the order of the answers. */
  readonly lostClicks: readonly Answered[]
}

const statement = `
  with records as materialized (
    select convert_from(value, 'UTF8')::jsonb as record from click_log
  ), clicks as materialized (
    select record ->> 'id' as id, record ->> 'spool' as spool, (record ->> 'seq')::bigint as seq
    from records where record ->> 'type' = 'click'
  ), dropped as (
    select distinct record ->> 'spool' as spool,
      generate_series((record ->> 'from')::bigint, (record ->> 'to')::bigint) as seq
    from records where record ->> 'type' = 'dropped'
  ), numbers as (
    select spool, seq from clicks
    union select spool, seq from dropped
    union select record ->> 'spool', (record ->> 'seq')::bigint
      from records where record ->> 'type' = 'orphan'
  )
  select
    (select count(distinct id) from clicks)::int as stored,
    (select count(*) from (select from clicks group by id having count(distinct (spool, seq)) > 1) as i)::int
      + (select count(*) from (select from clicks group by spool, seq having count(distinct id) > 1) as n)::int
      as doubled,
    (select count(*) - count(distinct id) from clicks)::int as repeated,
    (select count(*) from dropped)::int as dropped,
    (select coalesce(sum(given - known), 0) from (
      select max(seq) as given, count(*) as known from numbers group by spool) as s)::int as missing,
    array(
      select place from unnest($1::text[]) with ordinality as answered (id, place)
      where id not in (select id from clicks) order by place)::int[] as places`

type Row = Omit<Recount, 'lost' | 'lostClicks'> & { readonly places: readonly number[] }

export async function recount(client: Client, answered: readonly Answered[]): Promise<Recount> {
  const { rows } = await client.query<Row>(statement, [answered.map(({ id }) => id)])
  const [row] = rows
  if (row === undefined) throw new Error('nothing was counted')
  const { places, ...counts } = row
  const lostClicks = places.flatMap((place) => answered[place - 1] ?? [])
  return { ...counts, lost: lostClicks.length, lostClicks }
}
