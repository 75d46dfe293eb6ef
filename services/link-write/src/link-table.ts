import type { GivenUtm } from '@sleepwell/contracts/link-fields'
import type { Pool, PoolClient } from 'pg'
import { deleteAliases } from './alias-table.ts'
import { linkColumns, onEitherSchema, type StoredLink } from './link-columns.ts'
import { changedExtras, insertedExtras } from './link-extras.ts'
import type { LinkRules } from './link-rules.ts'

export interface InsertLink extends LinkRules {
  readonly id: string
  readonly ownerId: string
  readonly domain: string
  readonly slug: string
  readonly destination: string
  readonly externalId: string | null
  readonly title: string | null
  readonly notes: string | null
  readonly tags: readonly string[]
  readonly archived: boolean
}

/** `'taken'` when another link has the slug; the unique index decides, so two cannot both win. */
export async function insertLink(
  client: PoolClient,
  link: InsertLink,
): Promise<StoredLink | 'taken'> {
  const extras = insertedExtras(link, 14)
  const { rows } = await client.query<StoredLink>({
    name: `insert_link${extras.suffix}`,
    text: `
      with made as (
        insert into links (id, owner_id, domain, slug, destination, title, tags, expires_at,
          starts_at, max_clicks, forward_query, redirect_status, cache_seconds${extras.columns})
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13${extras.places})
        on conflict (domain, slug) where deleted_at is null do nothing
        returning *)
      ${onEitherSchema(`select ${linkColumns} from made`)}`,
    values: [
      link.id,
      link.ownerId,
      link.domain,
      link.slug,
      link.destination,
      link.title,
      link.tags,
      link.expiresAt,
      link.startsAt,
      link.maxClicks,
      link.forwardQuery,
      link.redirectStatus,
      link.cacheSeconds,
      ...extras.values,
    ],
  })
  return rows[0] ?? 'taken'
}

/** Among the living ones of an owner. */
export async function findByExternalId(
  postgres: Pool | PoolClient,
  ownerId: string,
  externalId: string,
): Promise<StoredLink | 'absent'> {
  const { rows } = await postgres.query<StoredLink>({
    name: 'find_by_external_id',
    text: onEitherSchema(`
      select ${linkColumns} from links
      where owner_id = $1 and external_id = $2 and deleted_at is null`),
    values: [ownerId, externalId],
  })
  return rows[0] ?? 'absent'
}

/** @param ownerId whose links are looked among; null: everybody's */
export async function findLink(
  postgres: Pool | PoolClient,
  ownerId: string | null,
  id: string,
): Promise<StoredLink | 'absent'> {
  const { rows } = await postgres.query<StoredLink>({
    name: 'find_link',
    text: onEitherSchema(`
      select ${linkColumns} from links
      where id = $1 and ($2::text is null or owner_id = $2) and deleted_at is null
        and alias_of is null`),
    values: [id, ownerId],
  })
  return rows[0] ?? 'absent'
}

/** Living or deleted. */
export async function isLinkOf(
  postgres: Pool,
  ownerId: string | null,
  id: string,
): Promise<boolean> {
  const { rowCount } = await postgres.query({
    name: 'is_link_of',
    text: `
      select from links
      where id = $1 and ($2::text is null or owner_id = $2) and alias_of is null`,
    values: [id, ownerId],
  })
  return rowCount === 1
}

/** As {@link findLink}; until the transaction ends, nobody else changes what was found. */
export async function lockLink(
  client: PoolClient,
  ownerId: string | null,
  id: string,
): Promise<StoredLink | 'absent'> {
  const { rows } = await client.query<StoredLink>({
    name: 'lock_link',
    text: onEitherSchema(`
      select ${linkColumns} from links
      where id = $1 and ($2::text is null or owner_id = $2) and deleted_at is null
        and alias_of is null
      for no key update`),
    values: [id, ownerId],
  })
  return rows[0] ?? 'absent'
}

/** What is undefined stays; null clears. */
export interface LinkChanges extends PartlyUndefined<LinkRules> {
  readonly slug?: string | undefined
  /** One that is given up. */
  readonly withoutAlias?: string
  readonly destination?: string | undefined
  /** Of the destination that it leads to then. */
  readonly utm?: GivenUtm | null | undefined
  readonly externalId?: string | null | undefined
  readonly title?: string | null | undefined
  readonly notes?: string | null | undefined
  readonly archived?: boolean | undefined
  readonly tags?: readonly string[] | undefined
  readonly blocked?: boolean | undefined
}

type PartlyUndefined<T> = { readonly [Name in keyof T]?: T[Name] | undefined }

/** Of a link that this transaction has locked; for another slug there has to be room, see `roomFor`. */
export async function updateLink(
  client: PoolClient,
  id: string,
  changes: LinkChanges,
): Promise<StoredLink> {
  const extras = changedExtras(changes, 16)
  const { rows } = await client.query<StoredLink>({
    name: `update_link${extras.suffix}`,
    text: `
      with changed as (update links set
        destination = coalesce($2, destination),
        tags = coalesce($3, tags),
        title = case when $4 then $5 else title end,
        expires_at = case when $6 then $7 else expires_at end,
        starts_at = case when $8 then $9 else starts_at end,
        max_clicks = case when $10 then $11 else max_clicks end,
        forward_query = coalesce($12, forward_query),
        redirect_status = coalesce($13, redirect_status),
        cache_seconds = coalesce($14, cache_seconds),
        blocked_at = case when $15 then coalesce(blocked_at, clock_timestamp())
          when not $15 then null else blocked_at end,${extras.sets}
        version = version + 1,
        updated_at = clock_timestamp()
        where id = $1
        returning *)
      ${onEitherSchema(`select ${linkColumns} from changed`)}`,
    values: [
      id,
      changes.destination ?? null,
      changes.tags ?? null,
      changes.title !== undefined,
      changes.title ?? null,
      changes.expiresAt !== undefined,
      changes.expiresAt ?? null,
      changes.startsAt !== undefined,
      changes.startsAt ?? null,
      changes.maxClicks !== undefined,
      changes.maxClicks ?? null,
      changes.forwardQuery ?? null,
      changes.redirectStatus ?? null,
      changes.cacheSeconds ?? null,
      changes.blocked ?? null,
      ...extras.values,
    ],
  })
  const [updated] = rows
  if (updated === undefined) throw new Error('the link was not locked')
  return updated
}

/**
 * Soft, and with its aliases: redirect answers 410 from then on. `'absent'` too when the link has none of `versions`; whoever
 * holds the row lock decides.
 */
export async function deleteLink(
  client: PoolClient,
  ownerId: string,
  id: string,
  versions: readonly number[] | 'any',
): Promise<Pick<StoredLink, 'id' | 'domain' | 'slug' | 'aliases'> | 'absent'> {
  const { rows } = await client.query<Pick<StoredLink, 'id' | 'domain' | 'slug' | 'aliases'>>({
    name: 'delete_link',
    text: `
      with deleted as (
        update links set
          deleted_at = clock_timestamp(), updated_at = clock_timestamp(), version = version + 1
        where id = (${onEitherSchema('select id from links where id = $1 and alias_of is null')})
          and owner_id = $2 and deleted_at is null
          and ($3::int[] is null or version = any($3))
        returning *)
      ${onEitherSchema('select id, domain, slug, aliases from deleted')}`,
    values: [id, ownerId, versions === 'any' ? null : versions],
  })
  const [deleted] = rows
  if (deleted === undefined) return 'absent'
  // A statement of its own: it has to see what was committed while this one waited for the row.
  if (deleted.aliases.length > 0) await deleteAliases(client, id)
  return deleted
}
