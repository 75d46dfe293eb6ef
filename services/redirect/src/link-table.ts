import type { CachedLink } from '@sleepwell/contracts/cached-link'
import type { Pool } from 'pg'
import type { LinkName } from './find-together.ts'

type Row = CachedLink & { readonly n: number; readonly aliasOf: string | null }

/** Of each slug the living link, else the one deleted last; in the order of the names. */
export async function findLinks(
  postgres: Pool,
  names: readonly LinkName[],
): Promise<(CachedLink | 'absent')[]> {
  const links: (CachedLink | 'absent')[] = names.map(() => 'absent')
  const aliases: number[] = []
  for (const { n, aliasOf, ...link } of await findRows(postgres, 'find_links', itself, names)) {
    links[n - 1] = link
    if (aliasOf !== null) aliases.push(n - 1)
  }
  if (aliases.length === 0) return links
  // Both rows have to be of one moment, and looking for a second one costs each name a third more: so these few once again.
  const former = aliases.map((i) => names[i]).filter((name) => name !== undefined)
  for (const { n, aliasOf: _former, ...link } of await findRows(
    postgres,
    'find_aliases',
    whatItStandsFor,
    former,
  ))
    links[aliases[n - 1] ?? -1] = link
  return links
}

// SQL looks for a name one query further out where it is not found: there stands what the newest migration has yet to add.
async function findRows(
  postgres: Pool,
  name: string,
  found: string,
  names: readonly LinkName[],
): Promise<Row[]> {
  const { rows } = await postgres.query<Row>({
    name,
    text: `
      select asked.n, found.*
      from unnest($1::text[], $2::text[]) with ordinality as asked (domain, slug, n)
      cross join (values (null::text, false, false, null::jsonb, null::uuid))
        as before_migration (expired_destination, forward_path, noindex, preview, alias_of)
      ${found}`,
    values: [names.map(({ domain }) => domain), names.map(({ slug }) => slug)],
  })
  return rows
}

const rowOfName = `
  from links
  where links.domain = asked.domain and links.slug = asked.slug
  order by deleted_at is null desc, position desc
  limit 1`

const state = `
  id, owner_id as "ownerId", destination,
  (extract(epoch from starts_at) * 1000)::float8 as "startsAt",
  (extract(epoch from expires_at) * 1000)::float8 as "expiresAt",
  max_clicks is not null as limited, forward_query as "forwardQuery",
  redirect_status as status, cache_seconds as "cacheSeconds",
  expired_destination as "expiredDestination", forward_path as "forwardPath", noindex, preview,
  blocked_at is not null as blocked`

const itself = `
  cross join lateral (
    select ${state}, deleted_at is not null as deleted, position, alias_of as "aliasOf" ${rowOfName}
  ) as found`

/** With the position of the slug that was asked for. */
const whatItStandsFor = `
  cross join lateral (
    select coalesce(alias_of, id) as link_id, deleted_at is not null as deleted, position ${rowOfName}
  ) as named
  cross join lateral (
    select ${state}, named.deleted or deleted_at is not null as deleted, named.position,
      null::uuid as "aliasOf"
    from links
    where id = named.link_id
  ) as found`

/** How many of `wanted` people may follow a limited link; only the primary can tell, and what it grants is spent. */
export async function claimClicks(primary: Pool, linkId: string, wanted: number): Promise<number> {
  const { rows } = await primary.query<{ granted: number }>({
    name: 'claim_click',
    text: 'select claim_click($1, $2) as granted',
    values: [linkId, wanted],
  })
  return rows[0]?.granted ?? 0
}

export interface VisitorSalt {
  /** UTC, `2026-11-25`. */
  readonly day: string
  readonly salt: Buffer
}

export async function findVisitorSalts(postgres: Pool): Promise<VisitorSalt[]> {
  const { rows } = await postgres.query<VisitorSalt>({
    name: 'find_visitor_salts',
    text: `select to_char(day, 'YYYY-MM-DD') as day, salt from visitor_salts`,
  })
  return rows
}
