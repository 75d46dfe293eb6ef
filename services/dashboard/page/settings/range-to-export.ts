import { addDays, type Day, daysBetween, isDay, startOfDay } from '../report/zoned-days.ts'

/** As far as analytics goes at once. */
export const maxDays = 31

/**
 * Undefined: none that analytics would take, such as while a date is being typed.
 * @param to included
 */
export function rangeToExport(from: Day, to: Day, timezone: string) {
  if (!isDay(from) || !isDay(to)) return undefined
  const days = daysBetween(from, to) + 1
  if (days < 1 || days > maxDays) return undefined
  return {
    from: new Date(startOfDay(from, timezone)).toISOString(),
    to: new Date(startOfDay(addDays(to, 1), timezone)).toISOString(),
  }
}
