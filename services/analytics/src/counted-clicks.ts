import type { Pool, PoolClient } from 'pg'
import { dataThrough } from './spool-table.ts'

export interface CountedGroup {
  /** For hours and days the place among their beginnings, from 1. */
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
  /** Of the groups beyond the limit; absent if there are none. */
  readonly others?: Omit<CountedGroup, 'key'>
}

export interface Count {
  /** Of the prepared statement; absent where the text differs from time to time. */
  readonly name?: string
  /** A query of key, human, bot and uniques. */
  readonly text: string
  readonly values: readonly unknown[]
}

/** The largest groups, when a dimension has more; hours of 400 days are fewer. */
const maxGroups = 10_000

type Row = CountedClicks['totals'] & {
  readonly at: Date | null
  readonly key: string | null
  readonly allHuman: number
  readonly allBot: number
  readonly allUniques: number
}

/** One statement and so one snapshot: what `dataThrough` promises is in the numbers beside it. */
export async function readCounted(
  client: Pool | PoolClient,
  { text, values, ...named }: Count,
): Promise<CountedClicks> {
  const { rows } = await client.query<Row>({
    ...named,
    text: `
      with counted as (${text})
      select
        through.at, key, human::bigint, bot::bigint, uniques::bigint,
        sum(human) over ()::bigint as "allHuman",
        sum(bot) over ()::bigint as "allBot",
        sum(uniques) over ()::bigint as "allUniques"
      from (${dataThrough}) as through left join counted on true
      order by human + bot desc, key collate "C"
      limit ${maxGroups + 1}`,
    values: [...values],
  })
  const [first] = rows
  const totals = {
    human: first?.allHuman ?? 0,
    bot: first?.allBot ?? 0,
    uniques: first?.allUniques ?? 0,
  }
  // Without any group there is still the row that carries `at`.
  const groups = rows
    .slice(0, maxGroups)
    .flatMap(({ key, human, bot, uniques }) => (key === null ? [] : [{ key, human, bot, uniques }]))
  return {
    dataThrough: first?.at ?? null,
    totals,
    groups,
    ...(rows.length > maxGroups && { others: without(totals, groups) }),
  }
}

function without(
  { human, bot, uniques }: CountedClicks['totals'],
  groups: readonly CountedGroup[],
): CountedClicks['totals'] {
  const sum = (of: (group: CountedGroup) => number) =>
    groups.reduce((all, group) => all + of(group), 0)
  return {
    human: human - sum((group) => group.human),
    bot: bot - sum((group) => group.bot),
    uniques: uniques - sum((group) => group.uniques),
  }
}

/** How far everything is. */
export async function readDataThrough(client: Pool | PoolClient): Promise<Date | null> {
  const { rows } = await client.query<{ at: Date | null }>({
    name: 'read_data_through',
    text: dataThrough,
  })
  return rows[0]?.at ?? null
}
