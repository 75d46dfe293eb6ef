// From a slug to what is known of it: memory, then Redis, then the databases. No store answering has its home here.
import type { CachedLink } from '@sleepwell/contracts/cached-link'
import { behind, type FindStored } from './find-stored.ts'
import type { LinkCache, Remembered } from './link-cache.ts'
import { linkKey, type RecentChanges } from './recent-changes.ts'
import type { SharedCache, SharedLink } from './shared-cache.ts'

/** `gone`: it was here once. `unavailable`: nobody can tell just now, which is never reported as absent. */
export type Resolution = CachedLink | 'absent' | 'gone' | 'unavailable'

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
  /** Goes up when the change feed begins anew. */
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
}

export interface ResolveLink {
  /** What memory can vouch for, at once; undefined: ask {@link find}. */
  readonly known: (domain: string, slug: string) => Resolution | undefined
  /** Never rejects. */
  readonly find: (domain: string, slug: string) => Promise<Resolution>
}

/** The feed is read ten times a second; after this long without it memory is compared with the stores again. */
const feedFreshMs = 2_000
/** How often one link is compared while the feed is away: within the 30 s that a degraded edit may take. */
const recheckMs = 10_000
/** Far above all deadlines together, far below what the feed remembers. */
const longestLoadMs = 60_000

export function createResolveLink(deps: ResolveLinkDeps): ResolveLink {
  const { cache, recent, shared } = deps
  const loading = new Map<string, { readonly answer: Promise<Resolution>; late: boolean }>()

  const feedIsFresh = () => deps.feedAgeMs() < feedFreshMs
  const vouchedFor = (remembered: Remembered) =>
    remembered.epoch === deps.epoch() &&
    (feedIsFresh() || deps.now() - remembered.checkedAt < recheckMs)

  const load = async (key: string, domain: string, slug: string): Promise<Resolution> => {
    const known = () => recent.of(key)
    const isDeleted = () => known()?.deleted === true
    if (isDeleted()) return 'gone'
    const epoch = deps.epoch()
    const startedAt = deps.now()
    const remember = (link: CachedLink | 'absent') => {
      const checkedAt = deps.now()
      // After a pause of this process the feed may have forgotten what happened meanwhile.
      if (checkedAt - startedAt < longestLoadMs) cache.put(key, { link, epoch, checkedAt })
    }

    const held = await findShared(domain, slug)
    // Only the feed can tell that nothing has changed since Redis was told.
    if (held?.fresh === true && feedIsFresh() && !behind(held.link, known())) {
      deps.read('redis', 'hit')
      remember(held.link)
      return resolution(held.link)
    }
    const stored = await deps.findStored(domain, slug, known)
    if (isDeleted()) return 'gone'
    if (stored === 'unavailable') return lastKnown(key, held)
    if (stored.current) {
      remember(stored.link)
      if (stored.link !== 'absent' && !stored.link.deleted)
        shared?.put(domain, slug, stored.link, stored.asOf)
    }
    return resolution(stored.link)
  }

  const findShared = async (domain: string, slug: string): Promise<SharedLink | undefined> => {
    if (shared === undefined) return undefined
    const held = await shared.find(domain, slug)
    if (typeof held === 'object') return held
    deps.read('redis', held === 'failed' ? 'failed' : 'miss')
    return undefined
  }

  // While no database answers: what memory or Redis knew, as long as it may be believed.
  const lastKnown = (key: string, held: SharedLink | undefined): Resolution => {
    const remembered = cache.get(key)?.link
    if (recent.of(key)?.deleted === true) return 'gone'
    const stale = deps.memoryAgeMs() > deps.staleLimitMs
    // A slug that was unknown may have been created meanwhile.
    const inMemory = stale || remembered === 'absent' ? undefined : remembered
    const candidates = [inMemory, held?.link].filter((link) => link !== undefined)
    const [latest] = candidates.toSorted((a, b) => b.position - a.position)
    if (latest === undefined) return 'unavailable'
    deps.read(latest === inMemory ? 'memory' : 'redis', 'stale')
    return resolution(latest)
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
      const under = loading.get(key)
      if (under !== undefined)
        return under.late ? Promise.resolve(lastKnown(key, undefined)) : under.answer
      const done = new AbortController()
      const loaded = load(key, domain, slug).finally(() => {
        loading.delete(key)
        done.abort()
      })
      const late = deps.deadline(done.signal).then(() => {
        entry.late = true
        return lastKnown(key, undefined)
      })
      const entry = { answer: Promise.race([loaded, late]), late: false }
      loading.set(key, entry)
      return entry.answer
    },
  }
}

function resolution(link: CachedLink | 'absent'): Resolution {
  if (link === 'absent') return 'absent'
  if (link.deleted || (link.expiresAt !== null && link.expiresAt <= Date.now())) return 'gone'
  return link
}
