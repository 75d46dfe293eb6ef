import type { ReportGroup } from '@sleepwell/contracts/report'
import type { Pool } from 'pg'
import { dataThrough } from './spool-table.ts'

export interface RollupQuery {
  readonly ownerId: string
  /** Absent: all links of the owner. */
  readonly linkId: string | undefined
  readonly groupBy: ReportGroup
  /** Milliseconds since the epoch, at whole quarters of an hour. */
  readonly from: number
  readonly to: number
  /** Milliseconds since the epoch at which the hours or days begin, in order. */
  readonly starts: readonly number[]
}

export interface CountedGroup {
  /** For hours and days the place in `starts`, from 1. */
  readonly key: string
  readonly human: number
  readonly bot: number
  readonly uniques: number
}

export interface CountedClicks {
  readonly dataThrough: Date | null
  /** Over all groups, also those beyond the limit. */
  readonly totals: Omit<CountedGroup, 'key'>
  readonly groups: readonly CountedGroup[]
}

/** The largest groups, when a dimension has more; hours of 400 days are fewer. */
const maxGroups = 10_000

const bucketPlace = `width_bucket(extract(epoch from bucket)::bigint, $6::bigint[])::text`

const keys: Record<ReportGroup, readonly [dimension: string, key: string]> = {
  total: ['total', `''`],
  hour: ['total', bucketPlace],
  day: ['total', bucketPlace],
  link: ['total', 'link_id::text'],
  country: ['country', 'value'],
  referrer: ['referrer', 'value'],
  device: ['device', 'value'],
  browser: ['browser', 'value'],
  os: ['os', 'value'],
}

type Row = CountedClicks['totals'] & {
  readonly at: Date | null
  readonly key: string | null
  readonly allHuman: number
  readonly allBot: number
  readonly allUniques: number
}

/** One statement and so one snapshot: what `dataThrough` promises is in the numbers beside it. */
export async function countClicks(pool: Pool, query: RollupQuery): Promise<CountedClicks> {
  const { ownerId, linkId, groupBy, from, to, starts } = query
  const [dimension, key] = keys[groupBy]
  const timed = starts.length > 0
  const { rows } = await pool.query<Row>({
    name: `count_clicks_${groupBy}_${linkId === undefined ? 'owner' : 'link'}`,
    text: `
      with counted as (
        select ${key} as key, sum(human) as human, sum(bot) as bot, sum(uniques) as uniques
        from rollups
        where owner_id = $1 and dimension = $2
          and bucket >= to_timestamp($3::bigint) and bucket < to_timestamp($4::bigint)
          and ${linkId === undefined ? '$5::uuid is null' : 'link_id = $5::uuid'}
        group by 1
      )
      select
        through.at, key, human::bigint, bot::bigint, uniques::bigint,
        sum(human) over ()::bigint as "allHuman",
        sum(bot) over ()::bigint as "allBot",
        sum(uniques) over ()::bigint as "allUniques"
      from (${dataThrough}) as through left join counted on true
      order by human + bot desc, key collate "C"
      limit ${maxGroups}`,
    values: [
      ownerId,
      dimension,
      from / 1000,
      to / 1000,
      linkId ?? null,
      ...(timed ? [starts.map((startAt) => startAt / 1000)] : []),
    ],
  })
  const [first] = rows
  return {
    dataThrough: first?.at ?? null,
    totals: {
      human: first?.allHuman ?? 0,
      bot: first?.allBot ?? 0,
      uniques: first?.allUniques ?? 0,
    },
    // Without any group there is still the row that carries `at`.
    groups: rows.flatMap(({ key, human, bot, uniques }) =>
      key === null ? [] : [{ key, human, bot, uniques }],
    ),
  }
}
