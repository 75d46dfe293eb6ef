import type { Pool, PoolClient } from 'pg'

export interface StoredLink {
  readonly id: string
  readonly domain: string
  readonly slug: string
  readonly destination: string
  readonly title: string | null
  readonly tags: readonly string[]
  readonly expiresAt: Date | null
  readonly version: number
  readonly createdAt: Date
  /** The same time in full, for cursors: a Date has no microseconds. */
  readonly createdAtMicros: number
  readonly updatedAt: Date
}

export interface InsertLink {
  readonly id: string
  readonly ownerId: string
  readonly domain: string
  readonly slug: string
  readonly destination: string
  readonly title: string | null
  readonly tags: readonly string[]
  readonly expiresAt: Date | null
}

const columns = `
  id, domain, slug, destination, title, tags, version,
  expires_at as "expiresAt", created_at as "createdAt", updated_at as "updatedAt",
  (extract(epoch from created_at) * 1000000)::bigint as "createdAtMicros"`

/** `'taken'` when another link has the slug; the unique index decides, so two cannot both win. */
export async function insertLink(
  client: PoolClient,
  link: InsertLink,
): Promise<StoredLink | 'taken'> {
  const { rows } = await client.query<StoredLink>({
    name: 'insert_link',
    text: `
      insert into links (id, owner_id, domain, slug, destination, title, tags, expires_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8)
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
  link: Pick<StoredLink, 'id' | 'domain' | 'slug'>,
  kind: 'lives' | 'deleted',
): Promise<void> {
  await client.query({
    name: 'record_change',
    text: `
      with change as (
        insert into link_changes (position, domain, slug, deleted)
        values (next_link_position(), $2, $3, $4)
        returning position)
      update links set position = change.position from change where links.id = $1`,
    values: [link.id, link.domain, link.slug, kind === 'deleted'],
  })
}

export async function findLink(
  postgres: Pool | PoolClient,
  ownerId: string,
  id: string,
): Promise<StoredLink | 'absent'> {
  const { rows } = await postgres.query<StoredLink>({
    name: 'find_link',
    text: `
      select ${columns} from links
      where id = $1 and owner_id = $2 and deleted_at is null`,
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
export interface LinkChanges {
  readonly destination?: string | undefined
  readonly title?: string | null | undefined
  readonly tags?: readonly string[] | undefined
  readonly expiresAt?: Date | null | undefined
}

/** `'absent'` too when the link has none of `versions`; whoever holds the row lock decides. */
export async function updateLink(
  client: PoolClient,
  ownerId: string,
  id: string,
  versions: readonly number[] | 'any',
  changes: LinkChanges,
): Promise<StoredLink | 'absent'> {
  const { rows } = await client.query<StoredLink>({
    name: 'update_link',
    text: `
      update links set
        destination = coalesce($4, destination),
        tags = coalesce($5, tags),
        title = case when $6 then $7 else title end,
        expires_at = case when $8 then $9 else expires_at end,
        version = version + 1,
        updated_at = clock_timestamp()
      where id = $1 and owner_id = $2 and deleted_at is null
        and ($3::int[] is null or version = any($3))
      returning ${columns}`,
    values: [
      id,
      ownerId,
      versions === 'any' ? null : versions,
      changes.destination ?? null,
      changes.tags ?? null,
      changes.title !== undefined,
      changes.title ?? null,
      changes.expiresAt !== undefined,
      changes.expiresAt ?? null,
    ],
  })
  return rows[0] ?? 'absent'
}

/** Soft: redirect answers 410 from then on. `'absent'` as in {@link updateLink}. */
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
