// Numbers and times as the page shows them: English, 24 hours, the same in every browser.
import { clockAt, type Day } from './zoned-days.ts'

const whole = new Intl.NumberFormat('en-US')
const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 })
const percent = new Intl.NumberFormat('en-US', { style: 'percent', maximumFractionDigits: 1 })
const wholePercent = new Intl.NumberFormat('en-US', { style: 'percent' })
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')
const weekdays = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ')
export const weekdayNames = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ')

export function showCount(count: number): string {
  return whole.format(count)
}

/** `1.2K`: where there is no room. */
export function showShort(count: number): string {
  return short.format(count)
}

export function showShare(share: number): string {
  return share > 0 && share < 0.001 ? '<0.1%' : percent.format(share)
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${showCount(count)} ${count === 1 ? one : many}`
}

/** `8 Mar`. */
export function showDay(day: Day): string {
  return `${Number(day.slice(8))} ${months[Number(day.slice(5, 7)) - 1]}`
}

/** `Sun, 8 Mar 2026`. */
export function showLongDay(day: Day): string {
  const weekday = weekdays[new Date(`${day}T00:00:00Z`).getUTCDay()]
  return `${weekday}, ${showDay(day)} ${day.slice(0, 4)}`
}

export function showDays(from: Day, to: Day): string {
  const year = to.slice(0, 4)
  if (from === to) return `${showDay(from)} ${year}`
  const first = from.startsWith(year) ? showDay(from) : `${showDay(from)} ${from.slice(0, 4)}`
  return `${first} – ${showDay(to)} ${year}`
}

/** Begin of an hour or a day as a report has it: `14:00`, `8 Mar`. */
export function showBucket(key: string, unit: 'hour' | 'day'): string {
  return unit === 'hour' ? key.slice(11, 16) : showDay(key.slice(0, 10))
}

/** The same in full: `Sun, 8 Mar 2026, 14:00`. */
export function showLongBucket(key: string, unit: 'hour' | 'day'): string {
  const day = showLongDay(key.slice(0, 10))
  return unit === 'hour' ? `${day}, ${key.slice(11, 16)}` : day
}

/** `2.1 s`, `4 min`, `3 h`, `12 days`. */
export function showDuration(ms: number): string {
  const seconds = Math.max(ms, 0) / 1000
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  if (seconds < 120) return `${Math.round(seconds)} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`
  return `${Math.round(seconds / 86_400)} days`
}

export function showBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), units.length)
  const size = bytes / 1000 ** power
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${units[power - 1]}`
}

/** Seconds as latencies are read: `4.2 ms`, `1.3 s`. */
export function showLatency(seconds: number): string {
  const ms = seconds * 1000
  if (ms >= 1000) return `${seconds.toFixed(1)} s`
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`
}

/** `8 Mar 2026, 14:05`. */
export function showMoment(at: string | number, timezone: string, day: Day): string {
  const ms = typeof at === 'number' ? at : Date.parse(at)
  return `${showDay(day)} ${day.slice(0, 4)}, ${clockAt(ms, timezone).slice(0, 5)}`
}

/** How long ago, in words that stay true for a while. */
export function showAgo(at: string, now: number): string {
  const ms = now - Date.parse(at)
  return ms < 60_000 ? 'just now' : `${showDuration(ms)} ago`
}

export function showWholePercent(share: number): string {
  return wholePercent.format(share)
}
