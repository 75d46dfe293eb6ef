// Links as rows of CSV, and back: what a column leaves out, such as an empty text or a comma within a tag, it says in a way that is
// read again.
import type { Link } from '@sleepwell/contracts/link'

/** What a spreadsheet would run as a formula is written behind an apostrophe, as is what reads like one that was. */
const guarded = /^(?:$|[=+\-@\t\r]|'(?:$|[=+\-@\t\r']))/u
const guard = /^'(?=$|[=+\-@\t\r'])/u

const text = (value: string | null) =>
  value === null ? '' : guarded.test(value) ? `'${value}` : value
const readText = (cell: string) => (cell === '' ? undefined : cell.replace(guard, ''))

const list = (values: readonly string[]) =>
  text(
    values.length === 0
      ? null
      : values.map((value) => value.replaceAll(/[\\,]/gu, '\\$&')).join(','),
  )
const readList = (cell: string) => {
  const joined = readText(cell)
  if (joined === undefined) return undefined
  const values = joined.match(/(?:\\[^]|[^\\,])+/gu) ?? []
  return values.map((value) => value.replaceAll(/\\([^])/gu, '$1'))
}

const readNumber = (cell: string) =>
  cell === '' ? undefined : /^-?\d{1,15}$/u.test(cell) ? Number(cell) : cell
const readFlag = (cell: string) =>
  cell === ''
    ? undefined
    : (({ true: true, false: false } as Record<string, boolean>)[cell] ?? cell)

interface Column {
  readonly show: (link: Link) => string
  /** As the body of a call would have it, judged later; absent: an import leaves it out. */
  readonly read?: (cell: string) => unknown
}

const flag = (show: (link: Link) => boolean): Column => ({
  show: (link) => String(show(link)),
  read: readFlag,
})
const words = (show: (link: Link) => string | null): Column => ({
  show: (link) => text(show(link)),
  read: readText,
})
const number = (show: (link: Link) => number | null): Column => ({
  show: (link) => String(show(link) ?? ''),
  read: readNumber,
})
const told = (show: (link: Link) => string): Column => ({ show })

/** In this order; an import takes any of them in any. */
export const columns: Readonly<Record<string, Column>> = {
  slug: words((link) => link.slug),
  domain: words((link) => link.domain),
  destination: words((link) => link.destination),
  externalId: words((link) => link.externalId),
  title: words((link) => link.title),
  notes: words((link) => link.notes),
  tags: { show: ({ tags }) => list(tags), read: readList },
  archived: flag((link) => link.archived),
  startsAt: words((link) => link.startsAt),
  expiresAt: words((link) => link.expiresAt),
  maxClicks: number((link) => link.maxClicks),
  forwardQuery: flag((link) => link.forwardQuery),
  forwardPath: flag((link) => link.forwardPath),
  redirectStatus: number((link) => link.redirectStatus),
  cacheSeconds: number((link) => link.cacheSeconds),
  expiredDestination: words((link) => link.expiredDestination),
  noindex: flag((link) => link.noindex),
  'preview.title': words((link) => link.preview?.title ?? null),
  'preview.description': words((link) => link.preview?.description ?? null),
  'preview.image': words((link) => link.preview?.image ?? null),
  aliases: { show: ({ aliases }) => list(aliases), read: readList },
  createdAt: words((link) => link.createdAt),
  id: told((link) => link.id),
  shortLink: told((link) => link.shortLink),
  blocked: told((link) => String(link.blocked)),
  version: told((link) => String(link.version)),
  updatedAt: told((link) => link.updatedAt),
}

export const csvHead = `${Object.keys(columns).join(',')}\r\n`

export function csvRow(link: Link): string {
  const cells = Object.values(columns).map(({ show }) => quoted(show(link)))
  return `${cells.join(',')}\r\n`
}

/** RFC 4180. */
function quoted(cell: string): string {
  return /[",\r\n]/u.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}

/** Columns that no import takes. */
export function unknownColumns(head: readonly string[]): string[] {
  return head.filter((name) => !Object.hasOwn(columns, name))
}

/** A row as the body of a call would have it. An empty cell says nothing. */
export function linkOfCsv(row: Readonly<Record<string, string>>): Partial<Record<string, unknown>> {
  const read = Object.entries(row).flatMap(([name, cell]) => {
    const value = columns[name]?.read?.(cell)
    return value === undefined ? [] : [[name, value] as const]
  })
  const own = read.filter(([name]) => !name.startsWith('preview.'))
  const preview = read
    .filter(([name]) => name.startsWith('preview.'))
    .map(([name, value]) => [name.slice('preview.'.length), value] as const)
  return Object.fromEntries(
    preview.length === 0 ? own : [...own, ['preview', Object.fromEntries(preview)]],
  )
}

/** What only the service says of a link. */
const toldOnly = ['id', 'shortLink', 'blocked', 'version', 'updatedAt', 'deletedAt']

/** A line of an export as the body of a call would have it. */
export function linkOfJson(line: object): object {
  // In an export the campaign is in the destination already; another program's line may ask for one.
  const left = 'id' in line ? [...toldOnly, 'utm'] : toldOnly
  return Object.fromEntries(Object.entries(line).filter(([name]) => !left.includes(name)))
}
