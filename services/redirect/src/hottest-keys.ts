import type { LinkCache } from './link-cache.ts'

/**
 * The keys of the hottest links, hottest first.
 *
 * @param between resolves when the next slice of work may be done
 */
export async function hottestKeys(
  cache: Pick<LinkCache, 'keys'>,
  limit: number,
  between: () => Promise<void>,
): Promise<ReadonlySet<string>> {
  const hottest = new Set<string>()
  for (const slice of cache.keys()) {
    for (const key of slice) {
      if (hottest.size >= limit) return hottest
      hottest.add(key)
    }
    await between()
  }
  return hottest
}
