// Former slugs of a link. Each is a row of `links`, of which only slug, `alias_of` and position mean anything: so the one
// unique index decides who has a slug, and the change feed tells of it as of any other. Changed only by who has locked the link.
import { maxAliases } from '@sleepwell/contracts/link'
import type { PoolClient } from 'pg'
import { v7 as uuidv7 } from 'uuid'
import type { StoredLink } from './link-columns.ts'

/** Where the former slug of a link goes; see {@link roomFor}. */
export interface Room {
  readonly aliasId: string
}

/**
 * Makes a slug free for a link that is about to have it: by a row that has won it from all others, or as an alias has it
 * already, and gives way. That row is for the slug before. `'slug_taken'` when another link has the slug.
 */
export async function roomFor(
  client: PoolClient,
  link: Pick<StoredLink, 'id' | 'domain' | 'aliases'>,
  slug: string,
): Promise<Room | 'slug_taken' | 'too_many_aliases'> {
  const isOwn = link.aliases.includes(slug)
  if (!isOwn && link.aliases.length >= maxAliases) return 'too_many_aliases'
  if (!isOwn && !(await insertAlias(client, link.id, slug))) return 'slug_taken'
  const { rows } = await client.query<Room>({
    name: 'lift_alias', // out of the index, while the two change places
    text: `
      update links set deleted_at = clock_timestamp()
      where domain = $1 and slug = $2 and deleted_at is null
      returning id as "aliasId"`,
    values: [link.domain, slug],
  })
  if (rows[0] === undefined) throw new Error(`the alias ${slug} of ${link.id} has no row`)
  return rows[0]
}

/** The slug that the link had is an alias from now on. */
export async function placeAlias(client: PoolClient, room: Room, slug: string): Promise<void> {
  await client.query({
    name: 'place_alias',
    text: 'update links set slug = $2, deleted_at = null where id = $1',
    values: [room.aliasId, slug],
  })
}

// A release from before aliases takes it for a link that has not begun, and leads nobody to what may have changed since.
export async function insertAlias(
  client: PoolClient,
  linkId: string,
  slug: string,
): Promise<boolean> {
  const { rowCount } = await client.query({
    name: 'insert_alias',
    text: `
      insert into links (id, owner_id, domain, slug, destination, starts_at, alias_of)
      select $2, owner_id, domain, $3, destination, '9999-12-31T00:00:00Z', id
      from links where id = $1
      on conflict (domain, slug) where deleted_at is null do nothing`,
    values: [linkId, uuidv7(), slug],
  })
  return rowCount === 1
}

/** Its slug is free from then on. @returns what to record as deleted */
export async function deleteAlias(
  client: PoolClient,
  link: Pick<StoredLink, 'id' | 'domain'>,
  slug: string,
): Promise<{ readonly id: string }> {
  const { rows } = await client.query<{ id: string }>({
    name: 'delete_alias',
    text: `
      update links set deleted_at = clock_timestamp(), updated_at = clock_timestamp()
      where domain = $1 and slug = $2 and alias_of = $3 and deleted_at is null
      returning id`,
    values: [link.domain, slug, link.id],
  })
  if (rows[0] === undefined) throw new Error(`the alias ${slug} of ${link.id} has no row`)
  return rows[0]
}

/** Of a link that has just been deleted: at the same moment, by which it is known later what went together. */
export async function deleteAliases(client: PoolClient, linkId: string): Promise<void> {
  await client.query({
    name: 'delete_aliases',
    text: `
      update links alias set deleted_at = link.deleted_at, updated_at = link.updated_at
      from links link
      where link.id = $1 and alias.domain = link.domain and alias.slug = any(link.aliases)
        and alias.alias_of = link.id and alias.deleted_at is null`,
    values: [linkId],
  })
}
