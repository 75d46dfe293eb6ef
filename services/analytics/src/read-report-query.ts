import type { ReportParameters } from '@sleepwell/contracts/analytics-routes'
import {
  reportDimensions,
  type ReportDimension,
  type ReportGroup,
} from '@sleepwell/contracts/report'
import { readLinkId, readRange, requireRawRange } from './read-parameters.ts'
import type { z } from 'zod'
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

/** Brackets are part of a parameter's name. */
type Given = z.infer<typeof ReportParameters>

/** @throws {Refusal} naming what is wrong */
export function readReportQuery(given: Given, now: number): ReportQuery {
  const { groupBy, timezone } = given
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

function readFilter(given: Given): ReportFilter | undefined {
  const values = reportDimensions.flatMap((dimension) => {
    const value = given[`filter[${dimension}]`]
    return value === undefined ? [] : [[dimension, value] as const]
  })
  return values.length === 0 ? undefined : Object.fromEntries(values)
}
