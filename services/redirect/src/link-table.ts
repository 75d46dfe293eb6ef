import type { CachedLink } from '@sleepwell/contracts/cached-link'
import type { Pool } from 'pg'

/** The living link of a slug, else the one deleted last. */
export async function findLink(
  postgres: Pool,
  domain: string,
  slug: string,
): Promise<CachedLink | 'absent'> {
  const { rows } = await postgres.query<CachedLink>({
    name: 'find_link',
    text: `
      select id, owner_id as "ownerId", destination, deleted_at is not null as deleted, position,
        (extract(epoch from starts_at) * 1000)::float8 as "startsAt",
        (extract(epoch from expires_at) * 1000)::float8 as "expiresAt",
        max_clicks is not null as limited, forward_query as "forwardQuery",
        redirect_status as status, cache_seconds as "cacheSeconds",
        blocked_at is not null as blocked
      from links
      where domain = $1 and slug = $2
      order by deleted_at is null desc, position desc
      limit 1`,
    values: [domain, slug],
  })
  return rows[0] ?? 'absent'
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
