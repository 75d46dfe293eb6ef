import type { CachedLink } from '@sleepwell/contracts/cached-link'
import { LRUCache } from 'lru-cache'

export interface Remembered {
  readonly link: CachedLink | 'absent'
  /** Which run of the change feed vouches for it. */
  readonly epoch: number
  /** Milliseconds, monotonic: when it was read. */
  readonly checkedAt: number
}

/** Links in this process. Bounded by bytes; unknown slugs are kept apart, so that a scan evicts no link. */
export interface LinkCache {
  readonly get: (key: string) => Remembered | undefined
  readonly put: (key: string, remembered: Remembered) => void
  readonly drop: (key: string) => void
  readonly clear: () => void
  readonly size: () => number
  /**
   * Keys of links. Over several turns of the event loop a walk towards the hottest meets what became hot meanwhile again,
   * and passes many over where the very key it stands at did.
   */
  readonly fromColdest: () => Iterable<string>
  readonly fromHottest: () => Iterable<string>
  /** Like {@link get}, of links only, and nothing becomes hotter by it. */
  readonly peek: (key: string) => Remembered | undefined
}

const maxAbsent = 10_000
const absentTtlMs = 60_000

// Strings, object and map entry beside the text itself, as V8 lays them out.
const overheadBytes = 300

export function createLinkCache(maxBytes: number): LinkCache {
  const links = new LRUCache<string, Remembered>({
    maxSize: maxBytes,
    sizeCalculation: ({ link }, key) =>
      overheadBytes + key.length + (link === 'absent' ? 0 : link.destination.length),
  })
  const absent = new LRUCache<string, Remembered>({ max: maxAbsent, ttl: absentTtlMs })
  return {
    get: (key) => links.get(key) ?? absent.get(key),
    put: (key, remembered) => {
      const [home, other] = remembered.link === 'absent' ? [absent, links] : [links, absent]
      other.delete(key)
      home.set(key, remembered)
    },
    drop: (key) => {
      links.delete(key)
      absent.delete(key)
    },
    clear: () => {
      links.clear()
      absent.clear()
    },
    size: () => links.size,
    fromColdest: () => links.rkeys(),
    fromHottest: () => links.keys(),
    peek: (key) => links.peek(key),
  }
}
