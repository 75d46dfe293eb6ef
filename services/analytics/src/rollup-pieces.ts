// A range of time as few rollups: weeks, days at their ends, then quarters of an hour. Where most of a week or a day is
// in the range, the rest is taken away from the whole.
import { quarterMs } from './time-buckets.ts'

/** Weeks are those of ISO 8601 in UTC. */
export type RollupUnit = 'quarter' | 'day' | 'week'

export interface Piece {
  readonly unit: RollupUnit
  /** Milliseconds since the epoch. */
  readonly from: number
  readonly to: number
  /** -1: to be taken away. */
  readonly sign: 1 | -1
}

const dayMs = 86_400_000
const sizes = { week: 7 * dayMs, day: dayMs, quarter: quarterMs } as const
const units: readonly (readonly [unit: RollupUnit, sizeMs: number])[] = [
  ['week', sizes.week],
  ['day', sizes.day],
  ['quarter', sizes.quarter],
]
/** 5 January 1970, a Monday. */
const originAt = 4 * dayMs

/** The beginning of the unit in which a time lies. */
export function startOf(unit: RollupUnit, time: number): number {
  const sizeMs = sizes[unit]
  return originAt + Math.floor((time - originAt) / sizeMs) * sizeMs
}

/** Both ends are whole quarters of an hour. */
export function piecesOf(
  from: number,
  to: number,
  sign: Piece['sign'] = 1,
  [size, ...smaller] = units,
): Piece[] {
  if (size === undefined || from >= to) return []
  const [unit, sizeMs] = size
  const start = originAt + Math.ceil((from - originAt) / sizeMs) * sizeMs
  const end = originAt + Math.floor((to - originAt) / sizeMs) * sizeMs
  // Its begin and end lie within one unit.
  if (start > end) return within(end, from, to)
  const whole = start < end ? [{ unit, from: start, to: end, sign }] : []
  return [...within(start - sizeMs, from, start), ...whole, ...within(end, end, to)]

  function within(unitFrom: number, partFrom: number, partTo: number): Piece[] {
    const unitTo = unitFrom + sizeMs
    if (partTo - partFrom <= sizeMs / 2) return piecesOf(partFrom, partTo, sign, smaller)
    const other = sign === 1 ? -1 : 1
    return [
      { unit, from: unitFrom, to: unitTo, sign },
      ...piecesOf(unitFrom, partFrom, other, smaller),
      ...piecesOf(partTo, unitTo, other, smaller),
    ]
  }
}
