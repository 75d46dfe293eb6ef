import type { PoolClient } from 'pg'
import { linkColumns, type StoredLink } from './link-columns.ts'
import type { InsertLink } from './link-table.ts'

export type WantedLink = Omit<InsertLink, 'id' | 'slug'> & { readonly slug: string | undefined }

/** Until the transaction ends, nobody else looks for a link of that owner to that destination and makes one if there is none. */
export async function lockDestination(client: PoolClient, wanted: WantedLink): Promise<void> {
  await client.query({
    name: 'lock_destination',
    text: `select pg_advisory_xact_lock(hashtextextended(jsonb_build_array($1::text, $2::text, $3::text)::text, 1))`,
    values: [wanted.ownerId, wanted.domain, wanted.destination],
  })
}

/**
 * The owner's newest link that does what the wanted one would: it leads to the same destination by the same rules. What is
 * for people only, such as title and tags, has to be the same where it was given.
 */
export async function findSameLink(
  client: PoolClient,
  wanted: WantedLink,
): Promise<StoredLink | 'absent'> {
  const { rows } = await client.query<StoredLink>({
    name: 'find_same_link',
    text: `
      select ${linkColumns} from links
      where owner_id = $1 and domain = $2
        and hashtextextended(destination, 0) = hashtextextended($3, 0) and destination = $3
        and deleted_at is null and alias_of is null and blocked_at is null
        and (expires_at is null or expires_at > clock_timestamp())
        and starts_at is not distinct from $4 and expires_at is not distinct from $5
        and max_clicks is not distinct from $6 and forward_query = $7 and redirect_status = $8
        and cache_seconds = $9 and expired_destination is not distinct from $10
        and forward_path = $11 and noindex = $12 and preview is not distinct from $13::jsonb
        and archived = $14
        and ($15::text is null or slug = $15) and ($16::text is null or external_id = $16)
        and ($17::text is null or title = $17) and ($18::text is null or notes = $18)
        and (cardinality($19::text[]) = 0 or (tags @> $19 and tags <@ $19))
      order by created_at desc, id desc
      limit 1`,
    values: [
      wanted.ownerId,
      wanted.domain,
      wanted.destination,
      wanted.startsAt,
      wanted.expiresAt,
      wanted.maxClicks,
      wanted.forwardQuery,
      wanted.redirectStatus,
      wanted.cacheSeconds,
      wanted.expiredDestination,
      wanted.forwardPath,
      wanted.noindex,
      wanted.preview,
      wanted.archived,
      wanted.slug ?? null,
      wanted.externalId,
      wanted.title,
      wanted.notes,
      wanted.tags,
    ],
  })
  return rows[0] ?? 'absent'
}
