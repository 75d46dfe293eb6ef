import type { CachedLink } from '@sleepwell/contracts/cached-link'
import type { Pool } from 'pg'
import type { LinkName } from './find-together.ts'

/** Of each slug the living link, else the one deleted last; in the order of the names. */
export async function findLinks(
  postgres: Pool,
  names: readonly LinkName[],
): Promise<(CachedLink | 'absent')[]> {
  const { rows } = await postgres.query<CachedLink & { n: number }>({
    name: 'find_links',
    text: `
      select asked.n, link.*
      from unnest($1::text[], $2::text[]) with ordinality as asked (domain, slug, n)
      cross join lateral (
        select id, owner_id as "ownerId", destination, deleted_at is not null as deleted, position,
          (extract(epoch from starts_at) * 1000)::float8 as "startsAt",
          (extract(epoch from expires_at) * 1000)::float8 as "expiresAt",
          max_clicks is not null as limited, forward_query as "forwardQuery",
          redirect_status as status, cache_seconds as "cacheSeconds",
          blocked_at is not null as blocked
        from links
        where links.domain = asked.domain and links.slug = asked.slug
        order by deleted_at is null desc, position desc
        limit 1
      ) as link`,
    values: [names.map(({ domain }) => domain), names.map(({ slug }) => slug)],
  })
  const links: (CachedLink | 'absent')[] = names.map(() => 'absent')
  for (const { n, ...link } of rows) links[n - 1] = link
  return links
}

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
