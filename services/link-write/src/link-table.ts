import type { Pool, PoolClient } from 'pg'
import type { LinkRules } from './link-rules.ts'

export interface StoredLink extends LinkRules {
  readonly id: string
  readonly domain: string
  readonly slug: string
  readonly destination: string
  readonly title: string | null
  readonly tags: readonly string[]
  readonly blocked: boolean
  readonly version: number
  readonly createdAt: Date
  /** The same time in full, for cursors: a Date has no microseconds. */
  readonly createdAtMicros: number
  readonly updatedAt: Date
}

export interface InsertLink extends LinkRules {
  readonly id: string
  readonly ownerId: string
  readonly domain: string
  readonly slug: string
  readonly destination: string
  readonly title: string | null
  readonly tags: readonly string[]
}

const columns = `
  id, domain, slug, destination, title, tags, version,
  starts_at as "startsAt", expires_at as "expiresAt", max_clicks as "maxClicks",
  forward_query as "forwardQuery", redirect_status as "redirectStatus",
  cache_seconds as "cacheSeconds", blocked_at is not null as blocked,
  created_at as "createdAt", updated_at as "updatedAt",
  (extract(epoch from created_at) * 1000000)::bigint as "createdAtMicros"`

/** `'taken'` when another link has the slug; the unique index decides, so two cannot both win. */
export async function insertLink(
  client: PoolClient,
  link: InsertLink,
): Promise<StoredLink | 'taken'> {
  const { rows } = await client.query<StoredLink>({
    name: 'insert_link',
    text: `
      insert into links (id, owner_id, domain, slug, destination, title, tags, expires_at,
        starts_at, max_clicks, forward_query, redirect_status, cache_seconds)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
      on conflict (domain, slug) where deleted_at is null do nothing
      returning ${columns}`,
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
    ],
  })
  return rows[0] ?? 'taken'
}

/**
 * Puts the link's new state into the change feed, and its position onto the link. Always the last statement on the
 * link: only with the row locked and the slug won is the number that it draws above every earlier one of that slug.
 */
export async function recordChange(
  client: PoolClient,
  link: Pick<StoredLink, 'id'>,
  kind: 'lives' | 'deleted',
): Promise<void> {
  await client.query({
    name: 'record_change',
    text: `
      with change as (
        insert into link_changes (position, domain, slug, deleted, blocked)
        select next_link_position(), domain, slug, $2, blocked_at is not null from links where id = $1
        returning position)
      update links set position = change.position from change where links.id = $1`,
    values: [link.id, kind === 'deleted'],
  })
}

/** @param ownerId whose links are looked among; null: everybody's */
export async function findLink(
  postgres: Pool | PoolClient,
  ownerId: string | null,
  id: string,
): Promise<StoredLink | 'absent'> {
  const { rows } = await postgres.query<StoredLink>({
    name: 'find_link',
    text: `
      select ${columns} from links
      where id = $1 and ($2::text is null or owner_id = $2) and deleted_at is null`,
    values: [id, ownerId],
  })
  return rows[0] ?? 'absent'
}

/** As {@link findLink}; until the transaction ends, nobody else changes what was found. */
export async function lockLink(
  client: PoolClient,
  ownerId: string | null,
  id: string,
): Promise<StoredLink | 'absent'> {
  const { rows } = await client.query<StoredLink>({
    name: 'lock_link',
    text: `
      select ${columns} from links
      where id = $1 and ($2::text is null or owner_id = $2) and deleted_at is null
      for no key update`,
    values: [id, ownerId],
  })
  return rows[0] ?? 'absent'
}

/** The place of a link in the list: newest first. */
export interface ListPlace {
  readonly createdAtMicros: number
  readonly id: string
}

export async function listLinks(
  postgres: Pool,
  ownerId: string,
  limit: number,
  after: ListPlace | 'start',
): Promise<StoredLink[]> {
  const { rows } = await postgres.query<StoredLink>({
    name: 'list_links',
    text: `
      select ${columns} from links
      where owner_id = $1 and deleted_at is null
        and ($3::bigint is null
          or (created_at, id) < (timestamptz 'epoch' + $3::bigint * interval '1 microsecond', $4))
      order by created_at desc, id desc
      limit $2`,
    values:
      after === 'start'
        ? [ownerId, limit, null, null]
        : [ownerId, limit, after.createdAtMicros, after.id],
  })
  return rows
}

/** What is undefined stays; null clears. */
export interface LinkChanges extends PartlyUndefined<LinkRules> {
  readonly destination?: string | undefined
  readonly title?: string | null | undefined
  readonly tags?: readonly string[] | undefined
  readonly blocked?: boolean | undefined
}

type PartlyUndefined<T> = { readonly [Name in keyof T]?: T[Name] | undefined }

/** Of a link that this transaction has locked. */
export async function updateLink(
  client: PoolClient,
  id: string,
  changes: LinkChanges,
): Promise<StoredLink> {
  const { rows } = await client.query<StoredLink>({
    name: 'update_link',
    text: `
      update links set
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
          when not $15 then null else blocked_at end,
        version = version + 1,
        updated_at = clock_timestamp()
      where id = $1
      returning ${columns}`,
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
    ],
  })
  const [updated] = rows
  if (updated === undefined) throw new Error('the link was not locked')
  return updated
}

/**
 * Soft: redirect answers 410 from then on. `'absent'` too when the link has none of `versions`; whoever holds the row
 * lock decides.
 */
export async function deleteLink(
  client: PoolClient,
  ownerId: string,
  id: string,
  versions: readonly number[] | 'any',
): Promise<Pick<StoredLink, 'id' | 'domain' | 'slug'> | 'absent'> {
  const { rows } = await client.query<Pick<StoredLink, 'id' | 'domain' | 'slug'>>({
    name: 'delete_link',
    text: `
      update links set
        deleted_at = clock_timestamp(), updated_at = clock_timestamp(), version = version + 1
      where id = $1 and owner_id = $2 and deleted_at is null
        and ($3::int[] is null or version = any($3))
      returning id, domain, slug`,
    values: [id, ownerId, versions === 'any' ? null : versions],
  })
  return rows[0] ?? 'absent'
}
