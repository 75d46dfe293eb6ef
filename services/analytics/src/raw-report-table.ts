// Reports that have to look at every click: what is asked was not summed.
import type { ReportDimension, ReportGroup } from '@sleepwell/contracts/report'
import { inTransaction } from '@sleepwell/runtime/postgres'
import type { Pool } from 'pg'
import { readCounted, type Count, type CountedClicks } from './counted-clicks.ts'
import { areKept } from './kept-days.ts'

export interface RawQuery {
  readonly ownerId: string
  /** Absent: all links of the owner. */
  readonly linkId: string | undefined
  readonly groupBy: Exclude<ReportGroup, 'weekday_hour'>
  /** Only clicks with all of these values. */
  readonly filter: Readonly<Partial<Record<ReportDimension, string>>>
  /** Milliseconds since the epoch. */
  readonly from: number
  readonly to: number
  /** Milliseconds since the epoch at which the hours or days begin, in order. */
  readonly starts: readonly number[]
}

/**
 * `'not_kept'`: of some of these clicks only the sums are left. `'too_slow'`: there are too many to look at within the
 * deadline. The days of the range are read whole: an index by link would cost every click that is stored 3 us.
 */
export async function countRawClicks(
  pool: Pool,
  query: RawQuery,
  deadlineMs: number,
): Promise<CountedClicks | 'not_kept' | 'too_slow'> {
  try {
    return await inTransaction(pool, async (client) => {
      await client.query(`select set_config('statement_timeout', $1, true)`, [String(deadlineMs)])
      const kept = await areKept(client, query.ownerId, query.from, query.to)
      return kept ? await readCounted(client, count(query)) : 'not_kept'
    })
  } catch (error) {
    if (Object(error).code === queryCanceled) return 'too_slow'
    throw error
  }
}

/** SQLSTATE of a statement that the server stopped at its deadline. */
const queryCanceled = '57014'

const columns: Readonly<Record<ReportDimension, string>> = {
  country: 'country',
  referrer: 'referrer',
  device: 'device',
  browser: 'browser',
  os: 'os',
  utm_source: `coalesce(utm_source, 'none')`,
  utm_medium: `coalesce(utm_medium, 'none')`,
  utm_campaign: `coalesce(utm_campaign, 'none')`,
  utm_term: `coalesce(utm_term, 'none')`,
  utm_content: `coalesce(utm_content, 'none')`,
}

function count({ ownerId, linkId, groupBy, filter, from, to, starts }: RawQuery): Count {
  const values: unknown[] = [ownerId, new Date(from), new Date(to)]
  const bound = (value: unknown) => `$${values.push(value)}`
  const conditions = Object.entries(filter).map(
    ([dimension, value]) => `${columns[dimension as ReportDimension]} = ${bound(value)}`,
  )
  if (linkId !== undefined) conditions.push(`link_id = ${bound(linkId)}::uuid`)
  const key = keyOf(groupBy, () => bound(starts.map((startAt) => new Date(startAt))))
  return {
    text: `
      select
        ${key} as key,
        count(*) filter (where not bot) as human,
        count(*) filter (where bot) as bot,
        count(*) filter (where is_unique) as uniques
      from clicks
      where owner_id = $1 and at >= $2 and at < $3
        ${conditions.map((condition) => `and ${condition}`).join('\n        ')}
      group by 1`,
    values,
  }
}

function keyOf(groupBy: RawQuery['groupBy'], starts: () => string): string {
  switch (groupBy) {
    case 'total':
      return `''`
    case 'hour':
    case 'day':
      return `width_bucket(at, ${starts()}::timestamptz[])::text`
    case 'link':
      return 'link_id::text'
    default:
      return columns[groupBy]
  }
}
