import { countingPolicyVersion } from '@sleepwell/contracts/click'
import type { ClickCounts, ClickReport } from '@sleepwell/contracts/report'
import type { ReportQuery } from './read-report-query.ts'
import type { CountedClicks, CountedGroup, RollupQuery } from './report-table.ts'
import { bucketsOf, type Bucket } from './time-buckets.ts'

export interface ReportDeps {
  readonly countClicks: (query: RollupQuery) => Promise<CountedClicks>
  readonly findOwnLink: (ownerId: string, linkId: string) => Promise<object | 'absent'>
}

/** Every day of the range has a row; hours, and the values of a dimension, only if they had a click. */
export function createReport(deps: ReportDeps) {
  return async (ownerId: string, query: ReportQuery): Promise<ClickReport | 'link_not_found'> => {
    const { linkId, groupBy, from, to, timezone } = query
    // Another's link must look like none at all.
    if (linkId !== undefined && (await deps.findOwnLink(ownerId, linkId)) === 'absent')
      return 'link_not_found'
    const timed = groupBy === 'hour' || groupBy === 'day'
    const buckets = timed ? bucketsOf(groupBy, from, to, timezone) : []
    const starts = buckets.map((bucket) => bucket.startAt)
    const counted = await deps.countClicks({ ownerId, linkId, groupBy, from, to, starts })
    return {
      dataThrough: counted.dataThrough?.toISOString() ?? null,
      policyVersion: countingPolicyVersion,
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      timezone,
      groupBy,
      totals: showCounts(counted.totals),
      rows: showRows(groupBy, counted, buckets),
    }
  }
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
    case 'day': {
      const counts = new Map(groups.map((group) => [Number(group.key), group]))
      return buckets.flatMap(({ key }, i) => {
        const group = counts.get(i + 1)
        if (group !== undefined) return [{ key, ...showCounts(group) }]
        return groupBy === 'day' ? [{ key, ...showCounts(none) }] : []
      })
    }
    default:
      return groups.map((group) => ({ key: group.key, ...showCounts(group) }))
  }
}

const none = { human: 0, bot: 0, uniques: 0 }

function showCounts({ human, bot, uniques }: Omit<CountedGroup, 'key'>): ClickCounts {
  return { total: human + bot, human, bot, unique: uniques }
}
