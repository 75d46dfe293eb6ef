// Calendar days of a time zone. Only Intl is asked, as in analytics: the same day there and here.

/** As people there write it: `2026-03-08`. */
export type Day = string

export const dayMs = 86_400_000

const formats = new Map<string, Intl.DateTimeFormat>()

export function isTimezone(name: string): boolean {
  if (!/^[A-Za-z]/u.test(name)) return false
  try {
    formatOf(name)
    return true
  } catch {
    return false
  }
}

export function dayAt(at: number, timezone: string): Day {
  return new Date(at + offsetAt(at, timezone)).toISOString().slice(0, 10)
}

/** `14:05:09` there. */
export function clockAt(at: number, timezone: string): string {
  return new Date(at + offsetAt(at, timezone)).toISOString().slice(11, 19)
}

/** Milliseconds since the epoch. Where midnight is skipped, the first moment of the day. */
export function startOfDay(day: Day, timezone: string): number {
  const midnight = Date.parse(`${day}T00:00:00Z`)
  const starts = [midnight - dayMs, midnight + dayMs]
    .map((near) => midnight - offsetAt(near, timezone))
    .filter((at) => dayAt(at, timezone) === day)
  return starts.length === 0 ? midnight - offsetAt(midnight, timezone) : Math.min(...starts)
}

export function addDays(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10)
}

/** From one to the other: 0 if they are the same. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / dayMs)
}

export function isDay(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`)
  return (
    /^\d{4}-\d{2}-\d{2}$/u.test(text) &&
    !Number.isNaN(at) &&
    new Date(at).toISOString().startsWith(text)
  )
}

function offsetAt(at: number, timezone: string): number {
  const name = formatOf(timezone)
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')?.value
  const [, sign, hours = 0, minutes = 0] = /GMT([+-])(\d{2}):(\d{2})/u.exec(name ?? '') ?? []
  const ms = (Number(hours) * 60 + Number(minutes)) * 60_000
  return sign === '-' ? -ms : ms
}

function formatOf(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone)
  if (known !== undefined) return known
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    timeZoneName: 'longOffset',
  })
  formats.set(timezone, format)
  return format
}
