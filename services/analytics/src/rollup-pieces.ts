// A range of time as few rollups: whole weeks, then whole days at their ends, then quarters of an hour.
import { quarterMs } from './time-buckets.ts'

/** Weeks are those of ISO 8601 in UTC. */
export type RollupUnit = 'quarter' | 'day' | 'week'

export interface Piece {
  readonly unit: RollupUnit
  /** Milliseconds since the epoch. */
  readonly from: number
  readonly to: number
}

const dayMs = 86_400_000
const units: readonly (readonly [unit: RollupUnit, sizeMs: number])[] = [
  ['week', 7 * dayMs],
  ['day', dayMs],
  ['quarter', quarterMs],
]
/** 5 January 1970, a Monday. */
const originAt = 4 * dayMs

/** Without a gap, in order. Both ends are whole quarters of an hour. */
export function piecesOf(from: number, to: number, [size, ...smaller] = units): Piece[] {
  if (size === undefined || from >= to) return []
  const [unit, sizeMs] = size
  const start = originAt + Math.ceil((from - originAt) / sizeMs) * sizeMs
  const end = originAt + Math.floor((to - originAt) / sizeMs) * sizeMs
  if (start >= end) return piecesOf(from, to, smaller)
  return [
    ...piecesOf(from, start, smaller),
    { unit, from: start, to: end },
    ...piecesOf(end, to, smaller),
  ]
}
