import type { LinkCache } from './link-cache.ts'

/** Walked at once: less than a millisecond. */
const sliceKeys = 1000
/** The very hottest, in one go. */
const topKeys = 4000

/**
 * The keys of the hottest links, hottest first. A hundred thousand in one go would keep visitors waiting for 20 ms.
 *
 * @param between resolves when the next slice of work may be done
 */
export async function hottestKeys(
  cache: Pick<LinkCache, 'fromColdest' | 'fromHottest' | 'size'>,
  limit: number,
  between: () => Promise<void>,
): Promise<Iterable<string>> {
  const walked: string[] = []
  const distinct = new Set<string>()
  // From the cold end, where hardly anything moves.
  for (const key of cache.fromColdest()) {
    distinct.add(key)
    if (walked.push(key) % sliceKeys === 0) await between()
  }
  // Where the key at which the walk rested became hot meanwhile, it went on among the hottest, and some are missing.
  const top = distinct.size < cache.size() ? cache.size() : topKeys
  const hottest: string[] = []
  for (const key of cache.fromHottest()) if (hottest.push(key) >= top) break
  return firstOf(limit, hottest, walked)
}

function* firstOf(limit: number, hottest: readonly string[], walked: readonly string[]) {
  const given = new Set<string>()
  for (let i = 0; i < hottest.length + walked.length && given.size < limit; i++) {
    const key = hottest[i] ?? walked.at(hottest.length - 1 - i) ?? ''
    if (given.has(key)) continue
    given.add(key)
    yield key
  }
}
