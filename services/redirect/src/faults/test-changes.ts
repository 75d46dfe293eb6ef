// For tests: what link-write does to links, by their slugs, in a transaction of the caller's.
import type { Client } from 'pg'

export type Change = 'edit' | 'delete' | 'rename' | 'give up'

/** A slug, and where it leads from this position on, or `deleted`. */
export type Made = readonly [slug: string, position: number, destination: string]

interface Link {
  readonly id: string
  readonly slug: string
  readonly aliases: readonly string[]
}

/**
 * Of the link that has the slug, now or formerly; a link is made where there is none. Nothing is made where there is nothing to do.
 *
 * @param other the slug to be had by a renamed link
 */
export async function makeChange(
  client: Client,
  kind: Change,
  slug: string,
  other: string,
  destination: string,
): Promise<readonly Made[]> {
  const link = await lock(client, slug)
  if (link === 'none')
    return kind === 'edit' || kind === 'rename' ? await create(client, slug, destination) : []
  if (link === 'moved') return []
  switch (kind) {
    case 'edit':
      await client.query('update links set destination = $2 where id = $1', [link.id, destination])
      return await record(client, link, destination)
    case 'delete':
      await client.query(
        `with moment as materialized (select clock_timestamp() as at)
         update links set deleted_at = moment.at from moment
         where domain = '@' and slug = any($1) and deleted_at is null`,
        [[link.slug, ...link.aliases]],
      )
      return await record(client, link, 'deleted')
    case 'rename':
      return await rename(client, link, other, destination)
    case 'give up':
      return link.slug === slug ? [] : await giveUp(client, link, slug)
  }
}

async function lock(client: Client, slug: string): Promise<Link | 'none' | 'moved'> {
  const found = await client.query<{ id: string }>(
    `select coalesce(alias_of, id) as id from links
     where domain = '@' and slug = $1 and deleted_at is null`,
    [slug],
  )
  if (found.rows[0] === undefined) return 'none'
  const { rows } = await client.query<Link>(
    'select id, slug, aliases from links where id = $1 and deleted_at is null for no key update',
    [found.rows[0].id],
  )
  const [link] = rows
  const isIts = link !== undefined && [link.slug, ...link.aliases].includes(slug)
  return isIts ? link : 'moved'
}

async function create(client: Client, slug: string, destination: string): Promise<readonly Made[]> {
  const { rows } = await client.query<{ id: string }>(
    `insert into links (id, owner_id, domain, slug, destination)
     values (gen_random_uuid(), 'acme', '@', $1, $2)
     on conflict (domain, slug) where deleted_at is null do nothing returning id`,
    [slug, destination],
  )
  const id = rows[0]?.id
  return id === undefined ? [] : await record(client, { id, slug, aliases: [] }, destination)
}

async function rename(
  client: Client,
  link: Link,
  slug: string,
  destination: string,
): Promise<readonly Made[]> {
  if (slug === link.slug) return []
  if (!link.aliases.includes(slug)) {
    const won = await client.query(
      `insert into links (id, owner_id, domain, slug, destination, starts_at, alias_of)
       values (gen_random_uuid(), 'acme', '@', $2, 'https://example.com/stale', '9999-12-31', $1)
       on conflict (domain, slug) where deleted_at is null do nothing`,
      [link.id, slug],
    )
    if (won.rowCount === 0) return []
  }
  const { rows } = await client.query<{ id: string }>(
    `update links set deleted_at = clock_timestamp()
     where domain = '@' and slug = $1 and deleted_at is null returning id`,
    [slug],
  )
  const changed = await client.query<Link>(
    `update links set slug = $2, destination = $3,
       aliases = array_append(array_remove(aliases, $2), slug)
     where id = $1 returning id, slug, aliases`,
    [link.id, slug, destination],
  )
  await client.query('update links set slug = $2, deleted_at = null where id = $1', [
    rows[0]?.id,
    link.slug,
  ])
  const [renamed] = changed.rows
  if (renamed === undefined) throw new Error('the link was not locked')
  return await record(client, renamed, destination)
}

async function giveUp(client: Client, link: Link, slug: string): Promise<readonly Made[]> {
  await client.query('update links set aliases = array_remove(aliases, $2) where id = $1', [
    link.id,
    slug,
  ])
  const { rows } = await client.query<{ id: string }>(
    `update links set deleted_at = clock_timestamp()
     where domain = '@' and slug = $1 and alias_of = $2 and deleted_at is null returning id`,
    [slug, link.id],
  )
  return [await recordOne(client, rows[0]?.id ?? '', 'deleted')]
}

/** For each slug, its own last. */
async function record(client: Client, link: Link, destination: string): Promise<readonly Made[]> {
  const aliases = await client.query<{ id: string }>(
    `select id from links
     where domain = '@' and slug = any($1) and alias_of = $2
       and deleted_at is not distinct from (select deleted_at from links where id = $2)`,
    [link.aliases, link.id],
  )
  const made: Made[] = []
  for (const { id } of [...aliases.rows, link]) made.push(await recordOne(client, id, destination))
  return made
}

async function recordOne(client: Client, id: string, destination: string): Promise<Made> {
  const { rows } = await client.query<{ slug: string; position: string }>(
    `with change as (
       insert into link_changes (position, domain, slug, deleted)
       select next_link_position(), domain, slug, $2 from links where id = $1
       returning position)
     update links set position = change.position from change where id = $1
     returning links.slug, links.position`,
    [id, destination === 'deleted'],
  )
  return [rows[0]?.slug ?? '', Number(rows[0]?.position), destination]
}
