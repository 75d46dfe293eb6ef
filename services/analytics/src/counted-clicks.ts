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
  /** Null: the row of the totals. */
  readonly key: string | null
}

/** One statement and so one snapshot: what `dataThrough` promises is in the numbers beside it. */
export async function readCounted(
  client: Pool | PoolClient,
  { text, values, ...named }: Count,
): Promise<CountedClicks> {
  const { rows } = await client.query<Row>({
    ...named,
    text: `
      with counted as materialized (${text})
      select
        (${dataThrough}) as at, null as key,
        coalesce(sum(human), 0)::bigint as human, coalesce(sum(bot), 0)::bigint as bot,
        coalesce(sum(uniques), 0)::bigint as uniques
      from counted
      union all (
        select null, key, human::bigint, bot::bigint, uniques::bigint
        from counted
        order by human + bot desc, key collate "C"
        limit ${maxGroups + 1}
      )`,
    values: [...values],
  })
  const all: CountedGroup[] = []
  let through: Date | null = null
  let totals = { human: 0, bot: 0, uniques: 0 }
  for (const { at, key, human, bot, uniques } of rows) {
    if (key === null) [through, totals] = [at, { human, bot, uniques }]
    else all.push({ key, human, bot, uniques })
  }
  const groups = all.slice(0, maxGroups)
  return {
    dataThrough: through,
    totals,
    groups,
    ...(all.length > maxGroups && { others: without(totals, groups) }),
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
