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
  /** Unless it is that state already, or a later one: a primary is ahead of the replica that is followed. */
  readonly drop: (key: string, position: number) => void
  readonly size: () => number
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
    drop: (key, position) => {
      const there = links.peek(key)?.link
      if (typeof there === 'object' && there.position >= position) return
      links.delete(key)
      absent.delete(key)
    },
    size: () => links.size,
  }
}
