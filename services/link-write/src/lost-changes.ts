// Two databases that were one until a promotion: what was changed in the old one and never reached the new one.
import type { Client } from 'pg'
import { exportedColumns, type ExportedLink } from './export-table.ts'
import { onEitherSchema } from './link-columns.ts'

export interface LostChange {
  readonly change: 'created' | 'edited' | 'deleted'
  readonly domain: string
  readonly slug: string
  /** As the lost primary had it last; null: deleted. */
  readonly lost: ExportedLink | null
  /** As it is now; null: there is no such link. */
  readonly kept: ExportedLink | null
}

const pageSize = 1_000

interface Change {
  readonly position: number
  readonly domain: string
  readonly slug: string
}

/**
 * By the change feed, which names every change by its position. @yields in the order of the first lost change of each
 * slug. @param warn told where the feed of the kept one does not reach back far enough
 */
export async function* findLostChanges(
  kept: Client,
  lost: Client,
  warn: (line: string) => void,
): AsyncGenerator<LostChange> {
  const from = await beginOfFeed(kept)
  const last = await lastBefore(lost, from)
  if (last !== undefined && (await pageOfChanges(lost, from, -1)).length === 0)
    warn(
      `The change feed of the kept database begins at ${from.toISOString()}, after the last change of the lost one (${last.toISOString()}): what was lost can no longer be told. Compare the two by export-links.`,
    )
  const told = new Set<string>()
  for (let after = -1; ;) {
    const changes = await pageOfChanges(lost, from, after)
    const end = changes.at(-1)
    if (end === undefined) return
    after = end.position
    for (const { domain, slug } of await missingIn(kept, changes)) {
      const key = `${domain}/${slug}`
      if (told.has(key)) continue
      told.add(key)
      const change = compare(await readLink(lost, domain, slug), await readLink(kept, domain, slug))
      if (change !== undefined) yield { ...change, domain, slug }
    }
  }
}

/** Undefined where both are deleted: there is nothing to bring back. */
function compare(
  lost: ExportedLink | null,
  kept: ExportedLink | null,
): Pick<LostChange, 'change' | 'lost' | 'kept'> | undefined {
  if (lost === null) return kept === null ? undefined : { change: 'deleted', lost, kept }
  return { change: lost.id === kept?.id ? 'edited' : 'created', lost, kept }
}

async function beginOfFeed(client: Client): Promise<Date> {
  const { rows } = await client.query<{ at: Date | null }>(
    'select min(changed_at) as at from link_changes',
  )
  return rows[0]?.at ?? new Date(0)
}

async function lastBefore(client: Client, time: Date): Promise<Date | undefined> {
  const { rows } = await client.query<{ at: Date | null }>(
    'select max(changed_at) as at from link_changes where changed_at < $1',
    [time],
  )
  return rows[0]?.at ?? undefined
}

async function pageOfChanges(client: Client, from: Date, after: number): Promise<Change[]> {
  const { rows } = await client.query<{ position: string; domain: string; slug: string }>({
    name: 'page_of_changes',
    text: `select position, domain, slug from link_changes
           where position > $1 and changed_at >= $2 order by position limit ${pageSize}`,
    values: [after, from],
  })
  return rows.map((row) => ({ ...row, position: Number(row.position) }))
}

async function missingIn(client: Client, changes: readonly Change[]): Promise<Change[]> {
  const { rows } = await client.query<{ position: string }>({
    name: 'known_changes',
    text: 'select position from link_changes where position = any($1)',
    values: [changes.map(({ position }) => position)],
  })
  const known = new Set(rows.map(({ position }) => Number(position)))
  return changes.filter(({ position }) => !known.has(position))
}

async function readLink(
  client: Client,
  domain: string,
  slug: string,
): Promise<ExportedLink | null> {
  const { rows } = await client.query<ExportedLink>({
    name: 'read_exported_link',
    // Of a former slug the link that it stands for.
    text: onEitherSchema(`
      select ${exportedColumns} from links
      where id = (
        select coalesce(alias_of, id) from links
        where domain = $1 and slug = $2 and deleted_at is null)`),
    values: [domain, slug],
  })
  return rows[0] ?? null
}
