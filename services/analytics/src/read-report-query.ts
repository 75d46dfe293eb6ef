import {
  reportDimensions,
  reportGroups,
  type ReportDimension,
  type ReportGroup,
} from '@sleepwell/contracts/report'
import {
  readLinkId,
  readParameters,
  readRange,
  requireRawRange,
  type Query,
} from './read-parameters.ts'
import { refuse } from './refuse.ts'
import { isTimezone, quarterMs } from './time-buckets.ts'

export type ReportFilter = Readonly<Partial<Record<ReportDimension, string>>>

export interface ReportQuery {
  readonly linkId: string | undefined
  readonly groupBy: ReportGroup
  /** Only clicks with all of these values; absent: all. */
  readonly filter: ReportFilter | undefined
  /** Milliseconds since the epoch, at whole quarters of an hour. */
  readonly from: number
  readonly to: number
  readonly timezone: string
}

/** As the simple query parser hands them over: brackets are part of the name. */
const filterNames = reportDimensions.map((dimension) => `filter[${dimension}]` as const)
const names = ['linkId', 'groupBy', 'from', 'to', 'timezone', ...filterNames] as const

/** No value of a click is longer. */
const maxValue = 253

/** @throws {Refusal} naming what is wrong */
export function readReportQuery(query: Query, now: number): ReportQuery {
  const given = readParameters(query, names)
  const groupBy = reportGroups.find((group) => group === (given.groupBy ?? 'total'))
  if (groupBy === undefined) {
    const message = `must be one of ${reportGroups.join(', ')}`
    refuse('parameter_invalid', { errors: [{ pointer: 'groupBy', message }] })
  }
  const { timezone = 'UTC' } = given
  if (!isTimezone(timezone)) refuse('timezone_unknown')
  const linkId = readLinkId(given.linkId)
  const filter = readFilter(given)
  const range = readRange(given, now, quarterMs)
  if (filter !== undefined || !isSummed(groupBy)) requireRawRange(range, quarterMs)
  return { linkId, groupBy, filter, ...range, timezone }
}

/** What clicks are summed by when they come; by anything else, and with a filter, each has to be looked at. */
export function isSummed<Group extends ReportGroup>(
  groupBy: Group,
): groupBy is Exclude<Group, `utm_${string}`> {
  return !groupBy.startsWith('utm_')
}

function readFilter(
  given: Partial<Record<(typeof filterNames)[number], string>>,
): ReportFilter | undefined {
  const values = reportDimensions.flatMap((dimension) => {
    const value = given[`filter[${dimension}]`]
    return value === undefined ? [] : [[dimension, value] as const]
  })
  const wrong = values.filter(
    ([, value]) => value === '' || value.length > maxValue || /\0/u.test(value),
  )
  if (wrong.length > 0)
    refuse('parameter_invalid', {
      errors: wrong.map(([dimension]) => ({
        pointer: `filter[${dimension}]`,
        message: `must be 1 to ${maxValue} characters`,
      })),
    })
  return values.length === 0 ? undefined : Object.fromEntries(values)
}
