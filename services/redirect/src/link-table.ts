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
        (extract(epoch from expires_at) * 1000)::float8 as "expiresAt"
      from links
      where domain = $1 and slug = $2
      order by deleted_at is null desc, position desc
      limit 1`,
    values: [domain, slug],
  })
  return rows[0] ?? 'absent'
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
