// What is read of a link, on the schema of this release and on the one before it.
import type { LinkRules } from './link-rules.ts'

export interface StoredLink extends LinkRules {
  readonly id: string
  readonly domain: string
  readonly slug: string
  /** Former slugs that lead where it leads. */
  readonly aliases: readonly string[]
  readonly destination: string
  /** What the owner's own system calls it. */
  readonly externalId: string | null
  readonly title: string | null
  readonly notes: string | null
  readonly tags: readonly string[]
  readonly archived: boolean
  readonly blocked: boolean
  readonly version: number
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly deletedAt: Date | null
}

/** Of a link, by the names that they have here. */
export const linkColumns = `
  id, domain, slug, aliases, destination, external_id as "externalId", title, notes, tags, archived, version,
  starts_at as "startsAt", expires_at as "expiresAt", max_clicks as "maxClicks",
  forward_query as "forwardQuery", redirect_status as "redirectStatus",
  cache_seconds as "cacheSeconds", expired_destination as "expiredDestination",
  forward_path as "forwardPath", noindex, preview, blocked_at is not null as blocked,
  created_at as "createdAt", updated_at as "updatedAt", deleted_at as "deletedAt"`

/**
 * A query whose names are those of `links`, or what stands here for a column that the newest migration has yet to add: SQL
 * looks for a name one query further out where it is not found. So this release serves before the migration too.
 */
export function onEitherSchema(query: string): string {
  return `
    select either.*
    from (values (null::text, false, false, null::jsonb, null::uuid, '{}'::text[],
        null::text, false, null::text, null::text))
      as before_migration (expired_destination, forward_path, noindex, preview, alias_of, aliases,
        external_id, archived, notes, search_text)
    cross join lateral (${query}) as either`
}
