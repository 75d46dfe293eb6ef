// For tests: a resolver of which every store is played.
import type { CachedLink } from '@sleepwell/contracts/cached-link'
import { behind } from './find-stored.ts'
import { createLinkCache } from './link-cache.ts'
import { createRecentChanges } from './recent-changes.ts'
import { createResolveLink, type Resolution } from './resolve-link.ts'
import type { SharedLink } from './shared-cache.ts'
import { noRules } from './test-link.ts'

export const link = (position: number, changes: Partial<CachedLink> = {}): CachedLink => ({
  id: '0199b3a0-0000-7000-8000-000000000001',
  ownerId: 'acme',
  destination: `https://example.com/${position}`,
  ...noRules,
  position,
  ...changes,
})

export type Stored = CachedLink | 'absent' | 'unavailable'

/** A resolver over a database that gives these answers, the last one for ever, and what Redis holds. */
export function resolving(
  answers: readonly (Stored | (() => Promise<Stored>))[],
  inRedis?: SharedLink,
) {
  let held = inRedis
  const state = { clock: 1_000_000, now: 0, epoch: 1, feedAgeMs: 0, reads: 0 }
  const put: CachedLink[] = []
  const late = Promise.withResolvers<void>()
  const recent = createRecentChanges(() => state.now, 10)
  const cache = createLinkCache(1024 * 1024)
  const resolver = createResolveLink({
    cache,
    recent,
    shared: {
      find: async () => held ?? 'absent',
      put: (_domain, _slug, link) => put.push(link),
    },
    findStored: async (_domain, _slug, known) => {
      const next = answers[Math.min(state.reads++, answers.length - 1)] ?? 'absent'
      const answer = typeof next === 'function' ? await next() : next
      if (answer === 'unavailable') return answer
      return { link: answer, current: !behind(answer, known()), asOf: 0 }
    },
    epoch: () => state.epoch + recent.takeover().count,
    feedAgeMs: () => state.feedAgeMs,
    memoryAgeMs: () => state.feedAgeMs,
    staleLimitMs: 3_600_000,
    deadline: () => late.promise,
    read: () => {},
    now: () => state.now,
    clock: () => state.clock,
  })
  const resolve = async (slug = 'home'): Promise<Resolution> =>
    resolver.known('@', slug) ?? (await resolver.find('@', slug))
  const changed = (position: number, deleted = false, blocked = false) => {
    const change = { position, domain: '@', slug: 'home', deleted, blocked, changedAt: 0 }
    for (const news of recent.apply([change])) cache.changed('@/home', news)
  }
  /** Another primary writes. */
  const takeOver = () => {
    for (const timeline of [1, 2]) {
      const position = timeline * 2 ** 40
      recent.apply([
        { position, domain: '@', slug: 'other', deleted: false, blocked: false, changedAt: 0 },
      ])
    }
  }
  /** So many changes that the first of them is forgotten. */
  const flood = () => {
    recent.apply(
      Array.from({ length: 11 }, (_, i) => ({
        position: 1000 + i,
        domain: '@',
        slug: `slug-${i}`,
        deleted: false,
        blocked: false,
        changedAt: 0,
      })),
    )
  }
  const forgetShared = () => {
    held = undefined
  }
  return {
    resolve,
    holds: resolver.holds,
    remembered: resolver.remembered,
    changed,
    flood,
    takeOver,
    forgetShared,
    state,
    put,
    passDeadline: late.resolve,
  }
}
