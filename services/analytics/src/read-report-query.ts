import { reportGroups, type ReportGroup } from '@sleepwell/contracts/report'
import { z } from 'zod'
import { refuse } from './refuse.ts'
import { isTimezone, quarterMs } from './time-buckets.ts'

export interface ReportQuery {
  readonly linkId: string | undefined
  readonly groupBy: ReportGroup
  /** Milliseconds since the epoch, at whole quarters of an hour. */
  readonly from: number
  readonly to: number
  readonly timezone: string
}

const parameters = ['linkId', 'groupBy', 'from', 'to', 'timezone'] as const
const known: ReadonlySet<string> = new Set(parameters)

const dayMs = 86_400_000
const defaultRangeMs = 7 * dayMs
const maxRangeMs = 400 * dayMs
const earliest = Date.UTC(1970, 0, 1)
const latest = Date.UTC(9999, 0, 1)

/** Seconds may be left out. */
const Instant = z.union([
  z.iso.datetime({ offset: true }),
  z.iso.datetime({ offset: true, precision: -1 }),
])

/** @throws {Refusal} naming what is wrong */
export function readReportQuery(
  query: Readonly<Record<string, unknown>>,
  now: number,
): ReportQuery {
  const given = readParameters(query)
  const groupBy = reportGroups.find((group) => group === (given.groupBy ?? 'total'))
  if (groupBy === undefined) {
    const message = `must be one of ${reportGroups.join(', ')}`
    refuse('parameter_invalid', { errors: [{ pointer: 'groupBy', message }] })
  }
  const { linkId, timezone = 'UTC' } = given
  if (!isTimezone(timezone)) refuse('timezone_unknown')
  if (linkId !== undefined && !z.uuid().safeParse(linkId).success) refuse('link_not_found')
  const to = roundUp(given.to === undefined ? now : readInstant('to', given.to))
  const from = roundDown(
    given.from === undefined ? to - defaultRangeMs : readInstant('from', given.from),
  )
  if (from >= to) refuse('range_invalid', { detail: 'from must lie before to.' })
  if (to - from > maxRangeMs) refuse('range_invalid', { detail: 'At most 400 days.' })
  if (from < earliest || to > latest) refuse('range_invalid', { detail: 'Nothing is that far.' })
  return { linkId, groupBy, from, to, timezone }
}

function readParameters(
  query: Readonly<Record<string, unknown>>,
): Partial<Record<(typeof parameters)[number], string>> {
  const wrong = Object.entries(query)
    .filter(([name, value]) => !known.has(name) || typeof value !== 'string')
    .map(([name]) => ({ pointer: name, message: 'unknown, or given twice' }))
  if (wrong.length > 0) refuse('unknown_parameter', { errors: wrong.slice(0, 20) })
  return query
}

function readInstant(name: 'from' | 'to', text: string): number {
  // A + that was not encoded arrives as a space.
  const instant = Instant.safeParse(text.replace(' ', '+'))
  if (instant.success) return Date.parse(instant.data)
  const message = 'must be a time such as 2026-01-31T00:00:00+01:00'
  return refuse('range_invalid', { errors: [{ pointer: name, message }] })
}

function roundDown(time: number): number {
  return Math.floor(time / quarterMs) * quarterMs
}

function roundUp(time: number): number {
  return Math.ceil(time / quarterMs) * quarterMs
}
