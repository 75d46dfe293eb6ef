// All state of a report is in its URL: what is shared shows the same, and back goes back.
import { withParams } from '../routing/search.ts'
import { type Dimension, dimensions } from './dimensions.ts'
import {
  type Comparison,
  comparisons,
  maxDays,
  namedPeriods,
  type Period,
  type PeriodName,
} from './period.ts'
import { daysBetween, isDay, isTimezone } from './zoned-days.ts'

export type Filters = Readonly<Partial<Record<Dimension, string>>>

export interface View {
  readonly period: Period
  readonly comparison: Comparison
  /** Whether bots count in what is listed. */
  readonly bots: boolean
  readonly timezone: string
  readonly link: string | undefined
  readonly filters: Filters
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u
/** No value of a click is longer. */
const maxValue = 253

/** What the URL does not say, or says wrongly, is as usual. */
export function readView(search: string, timezone: string): View {
  const params = new URLSearchParams(search)
  const zone = params.get('tz') ?? ''
  const link = params.get('link') ?? ''
  const comparison = params.get('compare') ?? ''
  return {
    period: readPeriod(params),
    comparison: comparisons.find((one) => one === comparison) ?? 'previous',
    bots: params.get('bots') === '1',
    timezone: isTimezone(zone) ? zone : timezone,
    link: uuid.test(link) ? link : undefined,
    filters: Object.fromEntries(
      dimensions.flatMap((dimension) => {
        const value = params.get(dimension)
        return value === null || value === '' || value.length > maxValue || value.includes('\0')
          ? []
          : [[dimension, value]]
      }),
    ),
  }
}

function readPeriod(params: URLSearchParams): Period {
  const [from = '', to = ''] = [params.get('from') ?? '', params.get('to') ?? ''].sort()
  const days = isDay(from) && isDay(to) ? daysBetween(from, to) : -1
  if (days >= 0 && days < maxDays) return { from, to }
  const name = params.get('period') ?? ''
  return Object.hasOwn(namedPeriods, name) ? (name as PeriodName) : 'week'
}

export function withPeriod(search: string, period: Period): string {
  return withParams(
    search,
    typeof period === 'object'
      ? { period: undefined, from: period.from, to: period.to }
      : { period: period === 'week' ? undefined : period, from: undefined, to: undefined },
  )
}

export function withComparison(search: string, comparison: Comparison): string {
  return withParams(search, { compare: comparison === 'previous' ? undefined : comparison })
}

export function withBots(search: string, bots: boolean): string {
  return withParams(search, { bots: bots ? '1' : undefined })
}

export type FilterName = Dimension | 'link'

/** Undefined takes the filter away. */
export function withFilter(search: string, name: FilterName, value: string | undefined): string {
  return withParams(search, { [name]: value })
}

export function withoutFilters(search: string): string {
  return withParams(
    search,
    Object.fromEntries([...dimensions, 'link'].map((name) => [name, undefined])),
  )
}

export function hasFilters({ filters, link }: View): boolean {
  return link !== undefined || Object.keys(filters).length > 0
}
