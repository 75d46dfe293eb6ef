import type { CachedLink } from '@sleepwell/contracts/cached-link'
import { LRUCache } from 'lru-cache'

export interface Remembered {
  readonly link: CachedLink | 'absent'
  /** Which run of the change feed vouches for it; undefined: nobody does. */
  readonly epoch: number | undefined
  /** Milliseconds, monotonic: when it was read. */
  readonly checkedAt: number
  /** The feed knows of a later state. It is kept for when no store does. */
  readonly outdated?: true
}

/** Links in this process. Bounded by bytes; unknown slugs are kept apart, so that a scan evicts no link. */
export interface LinkCache {
  readonly get: (key: string) => Remembered | undefined
  readonly put: (key: string, remembered: Remembered) => void
  /** Unless that state is here already, or a later one: a primary is ahead of the replica that is followed. */
  readonly changed: (key: string, state: { position: number; deleted: boolean }) => void
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
    changed: (key, { position, deleted }) => {
      const there = links.peek(key)
      if (typeof there?.link === 'object') {
        if (there.link.position >= position) return
        if (deleted) links.delete(key)
        else links.set(key, { ...there, epoch: undefined, outdated: true })
      }
      absent.delete(key)
    },
    size: () => links.size,
  }
}
