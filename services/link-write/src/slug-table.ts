import type { Pool } from 'pg'

export interface SlugHolder {
  /** The link, also where the slug is one it had before it was renamed. */
  readonly id: string
  readonly ownerId: string
}

/** Whoever has a slug now. */
export async function findSlug(
  postgres: Pool,
  domain: string,
  slug: string,
): Promise<SlugHolder | 'absent'> {
  const { rows } = await postgres.query<SlugHolder>({
    name: 'find_slug',
    text: `
      select coalesce(alias_of, id) as id, owner_id as "ownerId" from links
      where domain = $1 and slug = $2 and deleted_at is null`,
    values: [domain, slug],
  })
  return rows[0] ?? 'absent'
}
