import type { ClickReport } from '@sleepwell/contracts/report'
import type { Counted } from './sentences.ts'

export interface Share {
  readonly key: string
  readonly name: string
  readonly count: number
  readonly unique: number
  /** Of all clicks in the report. */
  readonly share: number
}

/** Rows by how many clicks they have; those without any are left out. */
export function sharesOf(
  { rows, totals }: Pick<ClickReport, 'rows' | 'totals'>,
  counted: Counted,
  nameOf: (key: string) => string,
): Share[] {
  return rows
    .map((row) => ({
      key: row.key,
      name: nameOf(row.key),
      count: row[counted],
      unique: row.unique,
      share: totals[counted] === 0 ? 0 : row[counted] / totals[counted],
    }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1))
}
