// From a slug to what is known of it: memory, then Redis, then the databases. No store answering has its home here.
import type { CachedLink } from '@sleepwell/contracts/cached-link'
import { behind, type FindStored } from './find-stored.ts'
import type { LinkCache, Remembered } from './link-cache.ts'
import { linkKey, recentMs, type RecentChanges, type SlugState } from './recent-changes.ts'
import type { SharedCache, SharedLink } from './shared-cache.ts'

/**
 * `early`: its time will come. `gone`: it was here once. `unavailable`: nobody can tell just now, which is never
 * reported as absent.
 */
export type Resolution =
  | CachedLink
  | Expired
  | 'absent'
  | 'early'
  | 'gone'
  | 'blocked'
  | 'unavailable'

/** Gone too, and whoever made it may have said where its visitors are led instead. */
export interface Expired {
  readonly expired: CachedLink
}

/** Whether it leads to its destination. */
export function isLive(resolution: Resolution): resolution is CachedLink {
  return typeof resolution === 'object' && !('expired' in resolution)
}

export const tiers = ['memory', 'redis', 'replica', 'primary'] as const
export type Tier = (typeof tiers)[number]
export const readResults = ['hit', 'miss', 'stale', 'failed'] as const
export type ReadResult = (typeof readResults)[number]

export interface ResolveLinkDeps {
  readonly cache: LinkCache
  readonly recent: RecentChanges
  /** Absent where there is no Redis. */
  readonly shared?: Pick<SharedCache, 'find' | 'put'> | undefined
  readonly findStored: FindStored
  /** Goes up when the change feed begins anew, or another primary has taken over. */
  readonly epoch: () => number
  readonly feedAgeMs: () => number
  /** Since what memory holds was last known to be current: an earlier life of this process may have left it. */
  readonly memoryAgeMs: () => number
  readonly staleLimitMs: number
  /** Resolves when a visitor has waited long enough; rejects when aborted before. */
  readonly deadline: (signal: AbortSignal) => Promise<void>
  readonly read: (tier: Tier, result: ReadResult) => void
  /** Milliseconds, monotonic. */
  readonly now: () => number
  /** Milliseconds since the epoch: by it links start and expire. */
  readonly clock: () => number
}

export interface ResolveLink {
  /** What memory can vouch for, at once; undefined: ask {@link find}. */
  readonly known: (domain: string, slug: string) => Resolution | undefined
  /** A link that memory has, although it cannot vouch for it just now: as while the change feed is behind. */
  readonly remembered: (domain: string, slug: string) => Resolution | undefined
  /** Whether memory, Redis or the change feed knows of the slug, or it is being loaded already. Never rejects. */
  readonly holds: (domain: string, slug: string) => Promise<boolean>
  /** Never rejects. */
  readonly find: (domain: string, slug: string) => Promise<Resolution>
}

/** The feed is read ten times a second; after this long without it memory is compared with the stores again. */
const feedFreshMs = 2_000
/** How often one link is compared while the feed is away: within the 30 s that a degraded edit may take. */
const recheckMs = 10_000
/** Far above all deadlines together, far below what the feed remembers. */
const longestLoadMs = 60_000

interface Loading {
  readonly answer: Promise<Resolution>
  late: boolean
  readonly seen: Seen
}

/** What a load has come across so far. */
interface Seen {
  held?: SharedLink | undefined
}

export function createResolveLink(deps: ResolveLinkDeps): ResolveLink {
  const { cache, recent, shared, clock } = deps
  const loading = new Map<string, Loading>()

  const feedIsFresh = () => deps.feedAgeMs() < feedFreshMs
  const vouchedFor = (remembered: Remembered) =>
    remembered.epoch === deps.epoch() &&
    (feedIsFresh() || deps.now() - remembered.checkedAt < recheckMs)

  // What was read here may be ahead of the feed: it follows a replica, and the primary was asked.
  const latestState = (key: string): Omit<SlugState, 'deletedUpTo'> | undefined => {
    const heard = recent.of(key)
    const remembered = cache.get(key)
    if (remembered === undefined || remembered.link === 'absent') return heard
    if (deps.now() - remembered.checkedAt > recentMs) return heard
    return (heard?.position ?? 0) >= remembered.link.position ? heard : remembered.link
  }
  const isDeleted = (key: string) => {
    const heard = recent.of(key)
    return heard?.deleted === true && latestState(key) === heard
  }
  const isBlocked = (key: string) => {
    const heard = recent.of(key)
    return heard?.blocked === true && latestState(key) === heard
  }

  const load = async (
    key: string,
    domain: string,
    slug: string,
    seen: Seen,
  ): Promise<Resolution> => {
    const known = () => latestState(key)
    if (isDeleted(key)) return 'gone'
    const epoch = deps.epoch()
    const startedAt = deps.now()
    const remember = (link: CachedLink | 'absent') => {
      const checkedAt = deps.now()
      // After a pause of this process the feed may have forgotten what happened meanwhile.
      if (checkedAt - startedAt < longestLoadMs) cache.put(key, { link, epoch, checkedAt })
    }

    const held = await findShared(domain, slug)
    seen.held = held
    // Only the feed can tell that nothing has changed since Redis was told.
    if (
      held?.fresh === true &&
      feedIsFresh() &&
      recent.reachBack(held.ageMs) &&
      deps.now() - held.ageMs > recent.takeover().at &&
      !behind(held.link, known())
    ) {
      deps.read('redis', 'hit')
      remember(held.link)
      return resolution(held.link, clock)
    }
    const stored = await deps.findStored(domain, slug, known)
    if (isDeleted(key)) return 'gone'
    if (stored === 'unavailable') return lastKnown(key, held)
    if (!stored.current) return lastKnown(key, held, stored.link)
    remember(stored.link)
    if (stored.link !== 'absent' && !stored.link.deleted)
      shared?.put(domain, slug, stored.link, stored.asOf)
    return resolution(stored.link, clock)
  }

  const findShared = async (domain: string, slug: string): Promise<SharedLink | undefined> => {
    if (shared === undefined) return undefined
    const held = await shared.find(domain, slug)
    if (typeof held === 'object') return held
    deps.read('redis', held === 'failed' ? 'failed' : 'miss')
    return undefined
  }

  // While no database answers, or none has heard of what the feed has: the latest that anybody knew.
  const lastKnown = (
    key: string,
    held: SharedLink | undefined,
    stored: CachedLink | 'absent' = 'absent',
  ): Resolution => {
    if (isDeleted(key)) return 'gone'
    if (isBlocked(key)) return 'blocked'
    const heard = recent.of(key)
    const remembered = cache.get(key)
    const stale = deps.memoryAgeMs() > deps.staleLimitMs
    // A slug that was unknown may have been created meanwhile; what came after an outdated state, be forgotten.
    const inMemory =
      stale || (remembered?.outdated && heard === undefined) ? 'absent' : remembered?.link
    const deletedUpTo = heard?.deletedUpTo ?? 0
    const [latest] = [inMemory, held?.link, stored]
      .filter((link) => typeof link === 'object')
      .filter((link) => link.position >= deletedUpTo)
      .toSorted((a, b) => b.position - a.position)
    if (latest === undefined) return 'unavailable'
    if (latest !== stored) deps.read(latest === inMemory ? 'memory' : 'redis', 'stale')
    // So that nothing older is served next.
    if (latest !== inMemory) {
      const outdated = heard !== undefined && heard.position > latest.position
      const unvouched = { link: latest, epoch: undefined, checkedAt: deps.now() }
      cache.put(key, outdated ? { ...unvouched, outdated } : unvouched)
    }
    return resolution(latest, clock)
  }

  return {
    known: (domain, slug) => {
      const remembered = cache.get(linkKey(domain, slug))
      if (remembered === undefined || !vouchedFor(remembered)) return undefined
      deps.read('memory', 'hit')
      return resolution(remembered.link, clock)
    },
    remembered: (domain, slug) => {
      const link = cache.get(linkKey(domain, slug))?.link
      return link === undefined || link === 'absent' ? undefined : resolution(link, clock)
    },
    holds: async (domain, slug) => {
      const key = linkKey(domain, slug)
      const remembered = cache.get(key)?.link
      if (remembered !== undefined && remembered !== 'absent') return true
      if (recent.of(key) !== undefined || loading.has(key)) return true
      return (await findShared(domain, slug)) !== undefined
    },
    find: (domain, slug) => {
      // A slug going viral must cost one query, not one per visitor.
      const key = linkKey(domain, slug)
      const under = loading.get(key)
      if (under !== undefined)
        return under.late ? Promise.resolve(lastKnown(key, under.seen.held)) : under.answer
      const done = new AbortController()
      const seen: Seen = {}
      const loaded = load(key, domain, slug, seen).finally(() => {
        loading.delete(key)
        done.abort()
      })
      const late = deps.deadline(done.signal).then(() => {
        entry.late = true
        return lastKnown(key, seen.held)
      })
      const entry = { answer: Promise.race([loaded, late]), late: false, seen }
      loading.set(key, entry)
      return entry.answer
    },
  }
}

// Asked of a link at each use, wherever it comes from: time passes in memory too.
function resolution(link: CachedLink | 'absent', clock: () => number): Resolution {
  if (link === 'absent') return 'absent'
  if (link.deleted) return 'gone'
  if (link.startsAt !== null && clock() < link.startsAt) return 'early'
  if (link.blocked) return 'blocked'
  if (link.expiresAt !== null && link.expiresAt <= clock()) return { expired: link }
  return link
}
