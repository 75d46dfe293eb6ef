// What a chart shows, said: for those who cannot see it, and those who want the point.
import { changeOf, sayChange } from './change.ts'
import { plural, showCount, showLongBucket, showShare, weekdayNames } from './format.ts'
import type { HeatCell } from './heat-cells.ts'
import type { Point } from './series.ts'

export type Counted = 'human' | 'total'

const nouns = { human: 'human click', total: 'click' } as const

export function saySeries(
  points: readonly Point[],
  unit: 'hour' | 'day',
  counted: Counted,
  before: number | undefined,
): string {
  const sum = points.reduce((all, point) => all + point[counted], 0)
  const clicks = plural(sum, nouns[counted])
  if (sum === 0) return `No ${nouns[counted]}s in this time.`
  const peak = points.reduce((most, point) => (point[counted] > most[counted] ? point : most))
  const change = before === undefined ? '' : `, ${sayChange(changeOf(sum, before))}`
  const at = showLongBucket(peak.key, unit)
  return `${clicks}${change}. Peak: ${at}, with ${showCount(peak[counted])}.`
}

/** @param rows in the order shown */
export function sayShares(
  rows: readonly { readonly name: string; readonly count: number }[],
  total: number,
  what: string,
): string {
  const [first] = rows
  if (first === undefined || total === 0) return `No clicks to tell ${what} apart by.`
  const share = showShare(first.count / total)
  const rest = rows.length === 1 ? '' : ` of ${showCount(rows.length)} ${what}`
  return `${first.name} leads${rest} with ${plural(first.count, 'click')}, ${share}.`
}

export function sayHeat(cells: readonly HeatCell[], counted: Counted): string {
  const peak = cells.reduce<HeatCell | undefined>(
    (most, cell) => (most === undefined || cell[counted] > most[counted] ? cell : most),
    undefined,
  )
  if (peak === undefined || peak[counted] === 0) return 'No clicks in this time.'
  const hour = `${String(peak.hour).padStart(2, '0')}:00`
  const day = weekdayNames[peak.weekday - 1]
  return `Busiest: ${day} from ${hour}, with ${plural(peak[counted], nouns[counted])}.`
}
