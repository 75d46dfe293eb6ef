import type { PoolClient } from 'pg'
import { linkColumns, onEitherSchema, type StoredLink } from './link-columns.ts'

/** Links deleted since then come back when somebody asks. */
export const restorable = `(now() - interval '30 days')`

export interface DeletedLink extends StoredLink {
  readonly tooLate: boolean
}

/** Living or deleted; until the transaction ends, nobody else changes it. */
export async function lockLivingOrDeleted(
  client: PoolClient,
  ownerId: string,
  id: string,
): Promise<DeletedLink | 'absent'> {
  const { rows } = await client.query<DeletedLink>({
    name: 'lock_deleted',
    text: onEitherSchema(`
      select ${linkColumns}, coalesce(deleted_at <= ${restorable}, false) as "tooLate" from links
      where id = $1 and owner_id = $2 and alias_of is null
      for no key update`),
    values: [id, ownerId],
  })
  return rows[0] ?? 'absent'
}

/**
 * Of a link that this transaction has locked. With it come back those aliases that were deleted with it and that nobody
 * has since; the unique index throws where its own slug is taken.
 */
export async function restoreLink(client: PoolClient, link: StoredLink): Promise<StoredLink> {
  const { rows: aliases } = await client.query<{ slug: string }>({
    name: 'restore_aliases',
    text: `
      update links alias set deleted_at = null, updated_at = clock_timestamp()
      from links link
      where link.id = $1 and alias.domain = link.domain and alias.slug = any(link.aliases)
        and alias.alias_of = link.id and alias.deleted_at = link.deleted_at
        and not exists (
          select from links other
          where other.domain = alias.domain and other.slug = alias.slug and other.deleted_at is null)
      returning alias.slug`,
    values: [link.id],
  })
  const living = new Set(aliases.map(({ slug }) => slug))
  const { rows } = await client.query<StoredLink>({
    name: 'restore_link',
    text: `
      update links set
        deleted_at = null, aliases = $2, version = version + 1, updated_at = clock_timestamp()
      where id = $1
      returning ${linkColumns}`,
    values: [link.id, link.aliases.filter((slug) => living.has(slug))],
  })
  const [restored] = rows
  if (restored === undefined) throw new Error('the link was not locked')
  return restored
}
