// An owner's clicks one by one, a page at a time: between two of them no connection and no snapshot is held, however
// slowly they are taken, and once the client has gone no further page is read.
import type { Csv } from './csv-answer.ts'
import { pageSize, type ExportedClick, type PageQuery } from './click-export-table.ts'

export interface ExportDeps {
  readonly findClicks: (query: PageQuery) => Promise<ExportedClick[]>
  readonly findOwnLink: (ownerId: string, linkId: string) => Promise<object | 'absent'>
  readonly areKept: (ownerId: string, from: number, to: number) => Promise<boolean>
  readonly dataThrough: () => Promise<Date | null>
}

export interface ExportQuery {
  readonly linkId: string | undefined
  /** Milliseconds since the epoch. */
  readonly from: number
  readonly to: number
}

/** A page looks at an hour of everybody's clicks at most, so that one of an owner with few takes no longer. */
const hourMs = 3_600_000

const columns = [
  'at',
  'id',
  'linkId',
  'bot',
  'unique',
  'country',
  'device',
  'browser',
  'os',
  'referrer',
  'utm_source',
  'utm_medium',
  'utm_campaign',
  'utm_term',
  'utm_content',
]

export function createExport(deps: ExportDeps) {
  async function* read(ownerId: string, { linkId, from, to }: ExportQuery) {
    for (let start = from; start < to; start += hourMs) {
      let after: ExportedClick | undefined
      do {
        const end = new Date(Math.min(start + hourMs, to))
        const query = { ownerId, linkId, from: new Date(start), to: end, after }
        const page = await deps.findClicks(query)
        yield* page.map(cells)
        after = page.length === pageSize ? page.at(-1) : undefined
      } while (after !== undefined)
    }
  }

  return async (
    ownerId: string,
    query: ExportQuery,
  ): Promise<Csv | 'link_not_found' | 'not_kept'> => {
    const { linkId, from, to } = query
    if (linkId !== undefined && (await deps.findOwnLink(ownerId, linkId)) === 'absent')
      return 'link_not_found'
    if (!(await deps.areKept(ownerId, from, to))) return 'not_kept'
    const through = await deps.dataThrough()
    return {
      name: 'clicks',
      dataThrough: through?.toISOString() ?? null,
      columns,
      rows: read(ownerId, query),
    }
  }
}

function cells(click: ExportedClick): unknown[] {
  return [
    click.at,
    click.id,
    click.linkId,
    click.bot,
    click.isUnique,
    click.country,
    click.device,
    click.browser,
    click.os,
    click.referrer,
    click.utmSource,
    click.utmMedium,
    click.utmCampaign,
    click.utmTerm,
    click.utmContent,
  ]
}
