import { cachedLinkKey, encodeCachedLink } from '@sleepwell/contracts/cached-link'
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
  const links = await query<{
    id: string
    slug: string
    ownerId: string
    destination: string
    position: string
  }>(`select id, slug, owner_id as "ownerId", destination, position from links where domain = '@'`)
  const writing = redisClient.pipeline()
  for (const { slug, position, ...link } of links) {
    const cached = { ...link, expiresAt: null, deleted: false, position: Number(position) }
    writing.set(redisKeyOf(slug), encodeCachedLink(cached, readAt), 'EX', 86_400)
  }
  await writing.exec()
}
