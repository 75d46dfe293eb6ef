// From a slug to what is known of it: memory first, then the store. Postgres failing has its home here.
import type { CachedLink } from '@sleepwell/contracts/cached-link'
import { bulkhead, circuitBreaker, ConsecutiveBreaker, handleAll, wrap } from 'cockatiel'
import type { LinkCache, Remembered } from './link-cache.ts'
import { linkKey, type RecentChanges } from './recent-changes.ts'

/** `gone`: it was here once. `unavailable`: nobody can tell just now, which is never reported as absent. */
export type Resolution = CachedLink | 'absent' | 'gone' | 'unavailable'

export type ReadResult = 'hit' | 'miss' | 'stale' | 'failed'

export interface ResolveLinkDeps {
  readonly cache: LinkCache
  readonly recent: RecentChanges
  /** Asks the store, within its deadline; rejects if it does not answer. */
  readonly stored: (domain: string, slug: string) => Promise<CachedLink | 'absent'>
  /** Goes up when the change feed begins anew. */
  readonly epoch: () => number
  readonly feedAgeMs: () => number
  readonly staleLimitMs: number
  readonly read: (tier: 'memory' | 'primary', result: ReadResult) => void
  /** Milliseconds, monotonic. */
  readonly now: () => number
}

export interface ResolveLink {
  /** What memory can vouch for, at once; undefined: ask {@link find}. */
  readonly known: (domain: string, slug: string) => Resolution | undefined
  /** Never rejects. */
  readonly find: (domain: string, slug: string) => Promise<Resolution>
}

/** The feed is read ten times a second; after this long without it memory is compared with the store again. */
const feedFreshMs = 2_000
/** How often one link is compared while the feed is away: within the 30 s that a degraded edit may take. */
const recheckMs = 10_000

export function createResolveLink(deps: ResolveLinkDeps): ResolveLink {
  const { cache, recent } = deps
  const loading = new Map<string, Promise<Resolution>>()
  // A dead store costs nothing per request, and misses never crowd the process.
  const guard = wrap(
    bulkhead(20, 100),
    circuitBreaker(handleAll, { halfOpenAfter: 1000, breaker: new ConsecutiveBreaker(5) }),
  )

  const vouchedFor = (remembered: Remembered) =>
    remembered.epoch === deps.epoch() &&
    (deps.feedAgeMs() < feedFreshMs || deps.now() - remembered.checkedAt < recheckMs)

  const load = async (key: string, domain: string, slug: string): Promise<Resolution> => {
    if (recent.of(key)?.deleted === true) return 'gone'
    const epoch = deps.epoch()
    const read = () => guard.execute(() => deps.stored(domain, slug))
    try {
      let link = await read()
      let cacheable = true
      if (behind(link, recent.of(key))) {
        // The read began before the change that the feed has told us of meanwhile.
        link = await read()
        cacheable = !behind(link, recent.of(key))
      }
      deps.read('primary', link === 'absent' ? 'miss' : 'hit')
      if (recent.of(key)?.deleted === true) return 'gone'
      if (cacheable) cache.put(key, { link, epoch, checkedAt: deps.now() })
      return resolution(link)
    } catch {
      deps.read('primary', 'failed')
      return lastKnown(key)
    }
  }

  const lastKnown = (key: string): Resolution => {
    const remembered = cache.get(key)
    // A slug that was unknown may have been created meanwhile.
    if (remembered === undefined || remembered.link === 'absent') return 'unavailable'
    if (deps.feedAgeMs() > deps.staleLimitMs) return 'unavailable'
    deps.read('memory', 'stale')
    return resolution(remembered.link)
  }

  return {
    known: (domain, slug) => {
      const remembered = cache.get(linkKey(domain, slug))
      if (remembered === undefined || !vouchedFor(remembered)) return undefined
      deps.read('memory', 'hit')
      return resolution(remembered.link)
    },
    find: (domain, slug) => {
      // A slug going viral must cost one query, not one per visitor.
      const key = linkKey(domain, slug)
      let pending = loading.get(key)
      if (pending === undefined) {
        pending = load(key, domain, slug).finally(() => loading.delete(key))
        loading.set(key, pending)
      }
      return pending
    },
  }
}

/** Whether the feed knows of a later state than the one that was read. */
function behind(
  link: CachedLink | 'absent',
  state: { readonly position: number; readonly deleted: boolean } | undefined,
): boolean {
  if (state === undefined) return false
  return link === 'absent' ? !state.deleted : link.position < state.position
}

function resolution(link: CachedLink | 'absent'): Resolution {
  if (link === 'absent') return 'absent'
  if (link.deleted || (link.expiresAt !== null && link.expiresAt <= Date.now())) return 'gone'
  return link
}
