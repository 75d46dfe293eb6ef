import {
  type CachedLink,
  cachedLinkKey,
  decodeCachedLink,
  encodeCachedLink,
} from '@sleepwell/contracts/cached-link'
import type { Ground } from './ground.ts'

const prefix = 'sleepwell:'

/** As the process finds it, of a link of the default domain. */
export function redisKeyOf(slug: string): string {
  return prefix + cachedLinkKey('@', slug)
}

/** All links, as other redirect processes would have left them there. @param readAt milliseconds since the epoch */
export async function fillRedis(
  { query, redisClient }: Pick<Ground, 'query' | 'redisClient'>,
  readAt = Date.now(),
): Promise<void> {
  // As pg reads it, a bigint is a string.
  const links = await query<Omit<CachedLink, 'position'> & { slug: string; position: string }>(
    `select id, slug, owner_id as "ownerId", destination, position, false as deleted,
       (extract(epoch from starts_at) * 1000)::float8 as "startsAt",
       (extract(epoch from expires_at) * 1000)::float8 as "expiresAt",
       max_clicks is not null as limited, forward_query as "forwardQuery", redirect_status as status,
       cache_seconds as "cacheSeconds", expired_destination as "expiredDestination",
       forward_path as "forwardPath", noindex, preview, blocked_at is not null as blocked
     from links where domain = '@' and alias_of is null`,
  )
  const writing = redisClient.pipeline()
  for (const { slug, position, ...link } of links) {
    const value = encodeCachedLink({ ...link, position: Number(position) }, readAt)
    if (decodeCachedLink(value) === undefined) throw new Error('redirect could not read this')
    writing.set(redisKeyOf(slug), value, 'EX', 86_400)
  }
  await writing.exec()
}
