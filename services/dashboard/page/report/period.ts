// Which time a view is of, and which one it is compared with.
import { addDays, type Day, dayAt, dayMs, daysBetween, startOfDay } from './zoned-days.ts'

/** Days that end with today. */
export const namedPeriods = { today: 1, week: 7, month: 30, quarter: 90, year: 365 } as const
export type PeriodName = keyof typeof namedPeriods

/** A name, or days, both included. */
export type Period = PeriodName | { readonly from: Day; readonly to: Day }

export const comparisons = ['previous', 'year', 'none'] as const
export type Comparison = (typeof comparisons)[number]

/** Milliseconds since the epoch, at whole quarters of an hour. */
export interface Range {
  readonly from: number
  readonly to: number
}

export const periodLabels: Readonly<Record<PeriodName, string>> = {
  today: 'Today',
  week: 'Last 7 days',
  month: 'Last 30 days',
  quarter: 'Last 90 days',
  year: 'Last 12 months',
}

const quarterMs = 900_000
const hourMs = 3_600_000
/** As far as analytics looks at clicks one by one, also when clocks go back in it. */
const maxFilteredMs = 31 * dayMs + hourMs
/** As far as analytics reports at all. */
export const maxDays = 400

export function daysOf(
  period: Period,
  timezone: string,
  now: number,
): { readonly from: Day; readonly to: Day } {
  if (typeof period === 'object') return period
  const to = dayAt(now, timezone)
  return { from: addDays(to, 1 - namedPeriods[period]), to }
}

/** What lies ahead is left out, so that a comparison is of the same length. */
export function rangeOf(period: Period, timezone: string, now: number): Range {
  const days = daysOf(period, timezone, now)
  const from = startOfDay(days.from, timezone)
  const end = startOfDay(addDays(days.to, 1), timezone)
  // After now, also on the quarter itself: what comes in its first minute belongs to it.
  const soon = (Math.floor(now / quarterMs) + 1) * quarterMs
  return { from, to: soon > from ? Math.min(end, soon) : end }
}

export function comparedRange(
  comparison: Comparison,
  period: Period,
  timezone: string,
  now: number,
): Range | undefined {
  if (comparison === 'none') return undefined
  const days = daysOf(period, timezone, now)
  const range = rangeOf(period, timezone, now)
  // 364 days, so that weekdays fall on weekdays.
  const back = comparison === 'year' ? 364 : daysBetween(days.from, days.to) + 1
  const from = startOfDay(addDays(days.from, -back), timezone)
  const end = startOfDay(addDays(days.to, 1 - back), timezone)
  const isCut = range.to < startOfDay(addDays(days.to, 1), timezone)
  return { from, to: isCut ? Math.min(from + range.to - range.from, end) : end }
}

/** Whether clicks may still come into it. */
export function isOpen({ to }: Range, now: number): boolean {
  return to > now
}

export function unitOf({ from, to }: Range): 'hour' | 'day' {
  return to - from <= 2 * dayMs + hourMs ? 'hour' : 'day'
}

/** Whether analytics takes filters, and campaigns, for so long a time. */
export function takesFilters({ from, to }: Range): boolean {
  return to - from <= maxFilteredMs
}

/** The same number of days before or after; never beyond today. */
export function shifted(period: Period, by: 1 | -1, timezone: string, now: number): Period {
  const { from, to } = daysOf(period, timezone, now)
  const days = by * (daysBetween(from, to) + 1)
  const today = dayAt(now, timezone)
  if (by === 1 && to >= today) return period
  const next = { from: addDays(from, days), to: addDays(to, days) }
  const name = (Object.keys(namedPeriods) as PeriodName[]).find(
    (one) => namedPeriods[one] === Math.abs(days),
  )
  if (next.to < today) return next
  return name ?? { from: addDays(today, 1 - Math.abs(days)), to: today }
}
