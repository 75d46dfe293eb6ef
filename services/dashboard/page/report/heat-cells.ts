import type { ClickCounts, ClickReport } from '@sleepwell/contracts/report'

export interface HeatCell extends ClickCounts {
  /** ISO: 1 is Monday. */
  readonly weekday: number
  readonly hour: number
}

const nothing = { total: 0, human: 0, bot: 0, unique: 0 }

/** All 168, Monday's first. */
export function heatCells(rows: ClickReport['rows']): HeatCell[] {
  const known = new Map(rows.map(({ key, ...counts }) => [key, counts]))
  return Array.from({ length: 7 * 24 }, (_, i) => {
    const weekday = Math.floor(i / 24) + 1
    const hour = i % 24
    return { weekday, hour, ...(known.get(`${weekday}-${hour}`) ?? nothing) }
  })
}

/** 0 for nothing, 1 to 5 by how much of the most it is; by the root, so that one busy hour hides no others. */
export function heatLevel(count: number, most: number): number {
  return count === 0 || most === 0 ? 0 : Math.max(1, Math.ceil(Math.sqrt(count / most) * 5))
}
