// Where the hours and days of a time zone begin. Only Intl is asked, so that no second time zone database can
// disagree; Postgres never sees a zone, only the instants.

export interface Bucket {
  /** Milliseconds since the epoch. */
  readonly startAt: number
  /** The same as people there write it: ISO 8601 with offset. */
  readonly key: string
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const sizes = { hour: hourMs, day: dayMs } as const

/** Offsets change on one of these; rollups are kept by them too. */
export const quarterMs = hourMs / 4

export function isTimezone(name: string): boolean {
  // Bare offsets such as +05:01 would be taken by Intl, and fit no quarter of an hour.
  if (!/^[A-Za-z]/u.test(name)) return false
  try {
    offsets(name)
    return true
  } catch {
    return false
  }
}

/** Those that overlap [from, to), in order; the first may begin before `from`. Both are whole quarters of an hour. */
export function bucketsOf(
  unit: 'hour' | 'day',
  from: number,
  to: number,
  timezone: string,
): Bucket[] {
  // Two days back there is a beginning in any zone, also where a whole day was skipped.
  const buckets = startsOf(sizes[unit], stretchesOf(from - 2 * dayMs, to, timezone))
  const first = buckets.findLastIndex((bucket) => bucket.startAt <= from)
  return buckets.slice(Math.max(first, 0))
}

/**
 * ISO weekday (1 is Monday) and hour of an hour.
 *
 * @param key of a bucket
 */
export function weekdayHourOf(key: string): string {
  const weekday = new Date(key.slice(0, 10)).getUTCDay() || 7
  return `${weekday}-${Number(key.slice(11, 13))}`
}

/** A time in which the zone's offset stays the same. */
interface Stretch {
  readonly startAt: number
  readonly endAt: number
  readonly offsetMs: number
}

function startsOf(sizeMs: number, stretches: readonly Stretch[]): Bucket[] {
  const buckets: Bucket[] = []
  let before = Number.NEGATIVE_INFINITY
  const begin = (startAt: number, offsetMs: number) => {
    if (buckets.at(-1)?.startAt !== startAt)
      buckets.push({ startAt, key: isoWithOffset(startAt, offsetMs) })
  }
  for (const { startAt, endAt, offsetMs } of stretches) {
    const ordinal = Math.floor((startAt + offsetMs) / sizeMs)
    // The clock jumped forward over the beginning: it begins where the jump ends.
    if (before !== Number.NEGATIVE_INFINITY && ordinal > before) begin(startAt, offsetMs)
    const aligned = Math.ceil((startAt + offsetMs) / sizeMs) * sizeMs - offsetMs
    for (let at = aligned; at < endAt; at += sizeMs) begin(at, offsetMs)
    before = Math.floor((endAt - 1 + offsetMs) / sizeMs)
  }
  return buckets
}

function stretchesOf(from: number, to: number, timezone: string): Stretch[] {
  const offsetAt = offsets(timezone)
  const stretches: Stretch[] = []
  let startAt = from
  for (let day = from; day < to; day += dayMs) {
    const next = Math.min(day + dayMs, to)
    const offsetMs = offsetAt(day)
    if (offsetAt(next) === offsetMs) continue
    const changeAt = findChange(offsetAt, day, next)
    stretches.push({ startAt, endAt: changeAt, offsetMs })
    startAt = changeAt
  }
  if (startAt < to) stretches.push({ startAt, endAt: to, offsetMs: offsetAt(startAt) })
  return stretches
}

/** The first quarter of an hour in (from, to] that has another offset than `from`. */
function findChange(offsetAt: (at: number) => number, from: number, to: number): number {
  const offsetMs = offsetAt(from)
  let same = 0
  let other = Math.ceil((to - from) / quarterMs)
  while (other - same > 1) {
    const middle = (same + other) >> 1
    if (offsetAt(from + middle * quarterMs) === offsetMs) same = middle
    else other = middle
  }
  return from + other * quarterMs
}

/** @throws {RangeError} if there is no such zone */
function offsets(timezone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    timeZoneName: 'longOffset',
  })
  return (at) => {
    const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? ''
    const [, sign, hours = 0, minutes = 0, seconds = 0] =
      /GMT([+-])(\d{2}):(\d{2})(?::(\d{2}))?/u.exec(name) ?? []
    const ms = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000
    return sign === '-' ? -ms : ms
  }
}

function isoWithOffset(at: number, offsetMs: number): string {
  const minutes = Math.trunc(Math.abs(offsetMs) / 60_000)
  const pad = (part: number) => String(part).padStart(2, '0')
  const sign = offsetMs < 0 ? '-' : '+'
  const local = new Date(at + offsetMs).toISOString().slice(0, 19)
  return `${local}${sign}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`
}
