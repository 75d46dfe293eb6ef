import type { CachedLink } from '@sleepwell/contracts/cached-link'
import { LRUCache } from 'lru-cache'
import { packLink, unpackLink, type PackedLink } from './pack-link.ts'
import { createPackedMap } from './packed-map.ts'
import { endedBy, type SlugState } from './recent-changes.ts'

export interface Remembered {
  readonly link: CachedLink | 'absent'
  /** Which run of the change feed vouches for it; undefined: nobody does. */
  readonly epoch: number | undefined
  /** Milliseconds, monotonic: when it was read. */
  readonly checkedAt: number
  /** The feed knows of a later state. It is kept for when no store does. */
  readonly outdated?: true
}

/**
 * Links in this process, bounded by bytes: the hottest as objects, all of them packed. Unknown slugs are kept apart, so
 * that a scan evicts no link.
 */
export interface LinkCache {
  readonly get: (key: string) => Remembered | undefined
  readonly put: (key: string, remembered: Remembered) => void
  /**
   * Unless that state is here already, or a later one: a primary is ahead of the replica that is followed. Of a deleted or blocked
   * link that stays known, also while nobody can be asked.
   */
  readonly changed: (key: string, state: Omit<SlugState, 'deletedUpTo'>) => void
  readonly clear: () => void
  readonly size: () => number
  /** Like {@link get}, of links only, and nothing becomes hotter by it. */
  readonly peek: (key: string) => Remembered | undefined
  /**
   * Keys of links, hottest first, in slices of less than a millisecond of work. Between them anything may be stored:
   * some come twice, and what moves meanwhile perhaps not at all.
   */
  readonly keys: () => Iterable<readonly string[]>
}

const maxAbsent = 10_000
const absentTtlMs = 60_000

/** Of the memory, for links as objects: unpacking one costs 2 us. */
const hotShare = 1 / 16
/**
 * One in so many that had to be unpacked becomes hot: a hot link does soon, others seldom, and objects that die old are
 * what a collector is slowest at.
 */
const hotEvery = 8
/** Strings, object and map entry beside the text itself, as V8 lays them out. */
const hotOverheadBytes = 500
/** Of them so many are told at once; the others were asked for too, and are told as such. */
const hottest = 10_000

export function createLinkCache(maxBytes: number): LinkCache {
  const packed = createPackedMap(maxBytes * (1 - hotShare))
  const hot = new LRUCache<string, PackedLink>({
    maxSize: maxBytes * hotShare,
    sizeCalculation: ({ link }, key) => hotOverheadBytes + key.length + link.destination.length,
    // What was hot has been used, though the packed map did not see it.
    dispose: (_link, key, reason) => {
      if (reason === 'evict') packed.get(key)
    },
  })
  let unpacked = 0
  const absent = new LRUCache<string, Remembered>({ max: maxAbsent, ttl: absentTtlMs })
  const drop = (key: string) => {
    hot.delete(key)
    packed.delete(key)
    absent.delete(key)
  }
  const find = (key: string): PackedLink | undefined => {
    const asObject = hot.get(key)
    if (asObject !== undefined) return asObject
    const bytes = packed.get(key)
    if (bytes === undefined) return undefined
    const link = unpackLink(bytes)
    if (++unpacked % hotEvery === 0) hot.set(key, link)
    return link
  }
  const put = (key: string, remembered: Remembered) => {
    drop(key)
    const { link } = remembered
    if (link === 'absent') {
      absent.set(key, remembered)
      return
    }
    const known = { ...remembered, link }
    const bytes = packLink(known)
    if (bytes === undefined || !packed.set(key, bytes)) hot.set(key, known)
  }
  const peek = (key: string): PackedLink | undefined => {
    const asObject = hot.peek(key)
    if (asObject !== undefined) return asObject
    const bytes = packed.peek(key)
    return bytes && unpackLink(bytes)
  }
  return {
    get: (key) => find(key) ?? absent.get(key),
    put,
    changed: (key, change) => {
      const there = peek(key)
      if (there !== undefined && there.link.position >= change.position) return
      const unvouched = { epoch: undefined, checkedAt: there?.checkedAt ?? 0 }
      const ended = there && endedBy(there.link, change)
      if (ended !== undefined) put(key, { ...unvouched, link: ended })
      // That another link was here is of no use, and "gone" no answer any more.
      else if (there === undefined || there.link.deleted) drop(key)
      else put(key, { ...unvouched, link: there.link, outdated: true })
    },
    clear: () => {
      hot.clear()
      packed.clear()
      absent.clear()
    },
    size: packed.size,
    peek,
    keys: function* () {
      const first: string[] = []
      for (const key of hot.keys()) if (first.push(key) >= hottest) break
      yield first
      yield* packed.keys()
    },
  }
}
