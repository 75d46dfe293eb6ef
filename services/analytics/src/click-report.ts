import { countingPolicyVersion } from '@sleepwell/contracts/click'
import type { ClickCounts, ClickReport } from '@sleepwell/contracts/report'
import type { CountedClicks, CountedGroup } from './counted-clicks.ts'
import type { RawQuery } from './raw-report-table.ts'
import { isSummed, type ReportQuery } from './read-report-query.ts'
import type { RollupQuery } from './report-table.ts'
import { bucketsOf, weekdayHourOf, type Bucket } from './time-buckets.ts'

export interface ReportDeps {
  readonly countClicks: (query: RollupQuery) => Promise<CountedClicks>
  readonly countRawClicks: (query: RawQuery) => Promise<CountedClicks | 'not_kept' | 'too_slow'>
  readonly findOwnLink: (ownerId: string, linkId: string) => Promise<object | 'absent'>
}

/** Why there is no report. */
export type NoReport = 'link_not_found' | 'not_kept' | 'too_slow'

/** Every day of the range has a row; hours, and the values of a dimension, only if they had a click. */
export function createReport(deps: ReportDeps) {
  return async (ownerId: string, query: ReportQuery): Promise<ClickReport | NoReport> => {
    const { linkId, groupBy, filter, from, to, timezone } = query
    // Another's link must look like none at all.
    if (linkId !== undefined && (await deps.findOwnLink(ownerId, linkId)) === 'absent')
      return 'link_not_found'
    const by = groupBy === 'weekday_hour' ? 'hour' : groupBy
    const buckets = by === 'hour' || by === 'day' ? bucketsOf(by, from, to, timezone) : []
    const starts = buckets.map((bucket) => bucket.startAt)
    const asked = { ownerId, linkId, from, to, starts }
    const counted =
      filter === undefined && isSummed(by)
        ? await deps.countClicks({ ...asked, groupBy: by })
        : await deps.countRawClicks({ ...asked, groupBy: by, filter: filter ?? {} })
    if (typeof counted === 'string') return counted
    return {
      dataThrough: showThrough(counted.dataThrough, to),
      policyVersion: countingPolicyVersion,
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      timezone,
      groupBy,
      ...(filter && { filter }),
      totals: showCounts(counted.totals),
      rows: showRows(groupBy, counted, buckets),
      ...(counted.others && { others: showCounts(counted.others) }),
    }
  }
}

/** No further than the range: a report on the past stays the same, and so does its ETag. */
function showThrough(through: Date | null, to: number): string | null {
  return through === null ? null : new Date(Math.min(through.getTime(), to)).toISOString()
}

function showRows(
  groupBy: ReportQuery['groupBy'],
  { groups, totals }: CountedClicks,
  buckets: readonly Bucket[],
): ClickReport['rows'] {
  switch (groupBy) {
    case 'total':
      return [{ key: 'total', ...showCounts(totals) }]
    case 'hour':
      return inTime(groups, buckets)
    case 'day': {
      const rows = new Map(inTime(groups, buckets).map((row) => [row.key, row]))
      return buckets.map(({ key }) => rows.get(key) ?? { key, ...showCounts(none) })
    }
    case 'weekday_hour':
      return byWeekdayHour(inTime(groups, buckets))
    default:
      return groups.map((group) => ({ key: group.key, ...showCounts(group) }))
  }
}

/** The hours or days that had a click, in order. */
function inTime(groups: readonly CountedGroup[], buckets: readonly Bucket[]): ClickReport['rows'] {
  const counts = new Map(groups.map((group) => [Number(group.key), group]))
  return buckets.flatMap(({ key }, i) => {
    const group = counts.get(i + 1)
    return group === undefined ? [] : [{ key, ...showCounts(group) }]
  })
}

function byWeekdayHour(hours: ClickReport['rows']): ClickReport['rows'] {
  const cells = new Map<string, ClickCounts>()
  for (const { key, total, human, bot, unique } of hours) {
    const name = weekdayHourOf(key)
    const sum = cells.get(name) ?? { total: 0, human: 0, bot: 0, unique: 0 }
    cells.set(name, {
      total: sum.total + total,
      human: sum.human + human,
      bot: sum.bot + bot,
      unique: sum.unique + unique,
    })
  }
  const place = (key: string) => {
    const [weekday, hour] = key.split('-')
    return Number(weekday) * 24 + Number(hour)
  }
  return [...cells]
    .toSorted(([a], [b]) => place(a) - place(b))
    .map(([key, counts]) => ({ key, ...counts }))
}

const none = { human: 0, bot: 0, uniques: 0 }

function showCounts({ human, bot, uniques }: Omit<CountedGroup, 'key'>): ClickCounts {
  return { total: human + bot, human, bot, unique: uniques }
}
