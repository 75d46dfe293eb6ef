import type { PoolClient } from 'pg'
import { linkColumns, type StoredLink } from './link-columns.ts'
import type { InsertLink } from './link-table.ts'

export type WantedLink = Omit<InsertLink, 'id' | 'slug' | 'maxClicks'> & {
  readonly slug: string | undefined
}

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
 * for people only, such as title and tags, has to be the same where it was given. None with a limit: nobody knows how many
 * of its clicks would be left for somebody else.
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
        and max_clicks is null and forward_query = $6 and redirect_status = $7
        and cache_seconds = $8 and expired_destination is not distinct from $9
        and forward_path = $10 and noindex = $11 and preview is not distinct from $12::jsonb
        and archived = $13
        and ($14::text is null or slug = $14) and ($15::text is null or external_id = $15)
        and ($16::text is null or title = $16) and ($17::text is null or notes = $17)
        and (cardinality($18::text[]) = 0 or (tags @> $18 and tags <@ $18))
      order by created_at desc, id desc
      limit 1`,
    values: [
      wanted.ownerId,
      wanted.domain,
      wanted.destination,
      wanted.startsAt,
      wanted.expiresAt,
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
