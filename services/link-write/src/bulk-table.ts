// Many links in few statements. They are touched in the order of their names or ids, so that two calls wait for each other and
// do not lock each other out.
import type { PoolClient } from 'pg'
import { linkColumns, type StoredLink } from './link-columns.ts'
import type { InsertLink } from './link-table.ts'

/** Of one statement. With all that triggers and indexes do, a link is about a millisecond. */
const chunk = 250
const patient = { query_timeout: 20_000 }

export interface BulkInsert extends InsertLink {
  /** Now where it is null. */
  readonly createdAt: Date | null
}

function* chunksOf<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += chunk) yield all.slice(from, from + chunk)
}

/** Ids of those that are made: others have a slug or an externalId that is taken, maybe by one before them. */
export async function insertLinks(
  client: PoolClient,
  links: readonly BulkInsert[],
): Promise<Set<string>> {
  const made = new Set<string>()
  for (const some of chunksOf(links)) {
    const { rows } = await client.query<{ id: string }>({
      ...patient,
      name: 'insert_links',
      text: `
        insert into links (id, owner_id, domain, slug, destination, external_id, title, notes, tags, archived,
          starts_at, expires_at, max_clicks, forward_query, redirect_status, cache_seconds,
          expired_destination, forward_path, noindex, preview, created_at)
        select id, "ownerId", domain, slug, destination, "externalId", title, notes, tags, archived,
          "startsAt", "expiresAt", "maxClicks", "forwardQuery", "redirectStatus", "cacheSeconds",
          "expiredDestination", "forwardPath", noindex, preview, coalesce("createdAt", now())
        from jsonb_to_recordset($1::jsonb) as link (id uuid, "ownerId" text, domain text, slug text,
          destination text, "externalId" text, title text, notes text, tags text[], archived boolean,
          "startsAt" timestamptz, "expiresAt" timestamptz, "maxClicks" integer, "forwardQuery" boolean,
          "redirectStatus" smallint, "cacheSeconds" integer, "expiredDestination" text,
          "forwardPath" boolean, noindex boolean, preview jsonb, "createdAt" timestamptz)
        order by domain, slug, id -- of two that want one slug, the earlier
        on conflict do nothing
        returning id`,
      values: [JSON.stringify(some)],
    })
    for (const { id } of rows) made.add(id)
  }
  return made
}

/** As they are after what came before; of links that this transaction has locked. */
export async function writeLinks(client: PoolClient, links: readonly StoredLink[]): Promise<void> {
  for (const some of chunksOf(links))
    await client.query({
      ...patient,
      name: 'write_links',
      text: `
        update links set
          destination = link.destination, title = link.title, notes = link.notes, tags = link.tags,
          archived = link.archived, starts_at = "startsAt", expires_at = "expiresAt",
          max_clicks = "maxClicks", forward_query = "forwardQuery", redirect_status = "redirectStatus",
          cache_seconds = "cacheSeconds", expired_destination = "expiredDestination",
          forward_path = "forwardPath", noindex = link.noindex, preview = link.preview,
          blocked_at = case when link.blocked then coalesce(blocked_at, clock_timestamp()) end,
          version = version + 1, updated_at = clock_timestamp()
        from jsonb_to_recordset($1::jsonb) as link (id uuid,
          destination text, title text, notes text, tags text[], archived boolean,
          "startsAt" timestamptz, "expiresAt" timestamptz, "maxClicks" integer, "forwardQuery" boolean,
          "redirectStatus" smallint, "cacheSeconds" integer, "expiredDestination" text,
          "forwardPath" boolean, noindex boolean, preview jsonb, blocked boolean)
        where links.id = link.id`,
      values: [JSON.stringify(some)],
    })
}

/** Soft, with their aliases; of links that this transaction has locked. */
export async function deleteLinks(client: PoolClient, ids: readonly string[]): Promise<void> {
  for (const some of chunksOf(ids))
    await client.query({
      ...patient,
      name: 'delete_links',
      text: `
        with gone as (
          update links set
            deleted_at = transaction_timestamp(), updated_at = clock_timestamp(), version = version + 1
          where id = any($1)
          returning id, domain, aliases)
        update links alias set deleted_at = transaction_timestamp(), updated_at = clock_timestamp()
        from gone
        where alias.domain = gone.domain and alias.slug = any(gone.aliases)
          and alias.alias_of = gone.id and alias.deleted_at is null`,
      values: [some],
    })
}

/** As `recordChange`, of many links. */
export async function recordChanges(
  client: PoolClient,
  ids: readonly string[],
  kind: 'lives' | 'deleted',
): Promise<void> {
  for (const some of chunksOf(ids))
    await client.query({
      ...patient,
      name: 'record_changes',
      text: `
        with link as (select * from links where id = any($1)),
        its as materialized (
          select alias.id, alias.domain, alias.slug, link.blocked_at
          from link join links alias on alias.domain = link.domain and alias.slug = any(link.aliases)
            and alias.alias_of = link.id and alias.deleted_at is not distinct from link.deleted_at
          union all
          select id, domain, slug, blocked_at from link),
        change as (
          insert into link_changes (position, domain, slug, deleted, blocked)
          select next_link_position(), domain, slug, $2, blocked_at is not null from its
          returning position, domain, slug)
        update links set position = change.position
        from its join change using (domain, slug)
        where links.id = its.id`,
      values: [some, kind === 'deleted'],
    })
}

/** Living ones, by id; until the transaction ends, nobody else changes them. An owner that is null: of everybody. */
export async function lockLinks(
  client: PoolClient,
  ownerId: string | null,
  by: { readonly ids: readonly string[] } | { readonly externalIds: readonly string[] },
): Promise<StoredLink[]> {
  const { rows } = await client.query<StoredLink>({
    ...patient,
    text: `
      select ${linkColumns} from links
      where ${'ids' in by ? 'id = any($1::uuid[])' : 'external_id = any($1::text[])'}
        and ($2::text is null or owner_id = $2) and deleted_at is null and alias_of is null
      order by id
      for no key update`,
    values: ['ids' in by ? by.ids : by.externalIds, ownerId],
  })
  return rows
}

export async function findLinks(client: PoolClient, ids: readonly string[]): Promise<StoredLink[]> {
  const { rows } = await client.query<StoredLink>({
    ...patient,
    name: 'find_links_by_ids',
    text: `select ${linkColumns} from links where id = any($1)`,
    values: [ids],
  })
  return rows
}

/** Which of them have living links of the owner. */
export async function takenExternalIds(
  client: PoolClient,
  ownerId: string,
  externalIds: readonly string[],
): Promise<Set<string>> {
  const { rows } = await client.query<{ externalId: string }>({
    ...patient,
    name: 'taken_external_ids',
    text: `
      select external_id as "externalId" from links
      where owner_id = $1 and external_id = any($2) and deleted_at is null`,
    values: [ownerId, externalIds],
  })
  return new Set(rows.map(({ externalId }) => externalId))
}

/** As putting one does: until the transaction ends nobody else puts them. */
export async function lockExternalIds(
  client: PoolClient,
  ownerId: string,
  externalIds: readonly string[],
): Promise<void> {
  await client.query({
    ...patient,
    name: 'lock_external_ids',
    text: `
      select pg_advisory_xact_lock(number)
      from (
        select hashtextextended(jsonb_build_array($1::text, external_id)::text, 2) as number
        from unnest($2::text[]) as external_id
        order by number) as locks`,
    values: [ownerId, externalIds],
  })
}

/** Of which the rows are there. */
export async function setAliases(
  client: PoolClient,
  id: string,
  aliases: readonly string[],
): Promise<StoredLink> {
  const { rows } = await client.query<StoredLink>({
    name: 'set_aliases',
    text: `update links set aliases = $2 where id = $1 returning ${linkColumns}`,
    values: [id, aliases],
  })
  const [link] = rows
  if (link === undefined) throw new Error('the link was not made')
  return link
}
