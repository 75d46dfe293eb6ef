import { showShare } from './format.ts'

/** From one number to another: by which share of the first; undefined where that says nothing. */
export function changeOf(now: number, before: number): number | undefined {
  if (before === 0) return now === 0 ? 0 : undefined
  return (now - before) / before
}

/** `+12%`, `−8%`, `new`. */
export function showChange(change: number | undefined): string {
  if (change === undefined) return 'new'
  if (change === 0) return '±0%'
  const size = Math.abs(change)
  // 0.4 % of something is not 0 %; +340 % needs no decimals.
  const text = size >= 0.1 ? `${Math.round(size * 100)}%` : showShare(size)
  if (size >= 10) return change > 0 ? `×${Math.round(size + 1)}` : '−100%'
  return `${change > 0 ? '+' : '−'}${text}`
}

/** The same in words. */
export function sayChange(change: number | undefined): string {
  if (change === undefined) return 'up from none'
  if (change === 0) return 'unchanged'
  return `${change > 0 ? 'up' : 'down'} ${showChange(Math.abs(change)).replace('+', '')}`
}

/** Sums of as many whole days as both have: a last one that is not over says less than one that is. Undefined: there is none. */
export function compareDays(
  days: readonly number[],
  daysBefore: readonly number[],
  isOpen: boolean,
): { readonly now: number; readonly before: number } | undefined {
  const whole = isOpen ? days.slice(0, -1) : days
  if (whole.length === 0 || daysBefore.length < whole.length) return undefined
  return { now: sum(whole), before: sum(daysBefore.slice(0, whole.length)) }
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}
