import type { OrphanReport } from '@sleepwell/contracts/report'
import type { Table } from '../report/table.ts'

export type OrphanRow = OrphanReport['rows'][number]

/** Those that people tried, or bots too, the most tried first. */
export function shownOrphans({ rows }: OrphanReport, bots: boolean): OrphanRow[] {
  const counted = bots ? 'total' : 'human'
  return rows.filter((row) => row[counted] > 0).sort((a, b) => b[counted] - a[counted])
}

export function orphanTable(rows: readonly OrphanRow[]): Table {
  return {
    columns: ['Slug', 'Domain', 'People', 'Bots', 'Last tried'],
    rows: rows.map(({ slug, domain, human, bot, lastAt }) => [slug, domain, human, bot, lastAt]),
  }
}
