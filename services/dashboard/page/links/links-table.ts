import type { Link } from '@sleepwell/contracts/link'
import type { Table } from '../report/table.ts'

export interface ClicksByLink {
  readonly counts: ReadonlyMap<string, number>
  /** Whether a link without a count has none. */
  readonly isWhole: boolean
}

/** Undefined: it is not known. */
export function clicksOf(id: string, clicks: ClicksByLink | undefined): number | undefined {
  return clicks?.counts.get(id) ?? (clicks?.isWhole === true ? 0 : undefined)
}

export function linksTable(links: readonly Link[], clicks: ClicksByLink | undefined): Table {
  return {
    columns: ['Short link', 'Title', 'Destination', 'Tags', 'Human clicks, 30 days', 'Created'],
    rows: links.map((link) => [
      link.shortLink,
      link.title ?? '',
      link.destination,
      link.tags.join(', '),
      clicksOf(link.id, clicks) ?? '',
      link.createdAt,
    ]),
  }
}
