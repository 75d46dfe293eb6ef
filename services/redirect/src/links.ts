// Wires what answers "what is behind this slug?": memory, Redis, the databases, and the feed that keeps them true.
import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabaseSet, type DatabaseSet } from '@sleepwell/runtime/database-set'
import type { Logger } from '@sleepwell/runtime/log'
import { createAllowance } from '@sleepwell/runtime/allowance'
import { openChangeFeed } from './change-feed.ts'
import type { readConfig } from './config.ts'
import { createFindStored } from './find-stored.ts'
import * as indicators from './indicators.ts'
import { createLinkCache, type LinkCache } from './link-cache.ts'
import { findLink } from './link-table.ts'
import { createRecentChanges, linkKey, type LinkChange } from './recent-changes.ts'
import { createResolveLink, type ResolveLink } from './resolve-link.ts'
import type { LinkSource } from './keep-snapshot.ts'
import { openSharedCache } from './shared-cache.ts'
import type { WarmStart } from './warm-start.ts'

export type LinksConfig = Pick<
  ReturnType<typeof readConfig>,
  | 'LINKS_URL'
  | 'LINKS_REPLICA_URLS'
  | 'LINKS_TIMEOUT_MS'
  | 'REPLICA_TIMEOUT_MS'
  | 'REDIS_URL'
  | 'REDIS_PREFIX'
  | 'REDIS_TIMEOUT_MS'
  | 'CACHE_MAX_MB'
  | 'STALE_LIMIT_HOURS'
>

export interface Links extends AsyncDisposable {
  readonly resolveLink: ResolveLink
  readonly databases: DatabaseSet
  readonly cached: () => number
  readonly feedAgeMs: () => number
  /** What is worth keeping for the next life of this process. */
  readonly source: LinkSource
  /** Resolves once the feed vouches for what it has heard of, or when so much time has passed. */
  readonly caughtUp: (withinMs: number) => Promise<void>
}

/** How long a visitor waits for all stores together. */
const deadlineMs = 200
/** Slugs that no replica knows, asked of the primary: most of them exist nowhere. */
const secondQuestionsPerSecond = 50

/** Of links that an earlier life has left: no run of the feed vouches for them. */
const earlierEpoch = 0

/** @param earlier what an earlier life of this process knew */
export function openLinks(
  config: LinksConfig,
  log: Logger,
  earlier?: Pick<WarmStart, 'links' | 'throughMs' | 'ageMs' | 'record'>,
): Links {
  const open = new AsyncDisposableStack()
  const now = () => performance.now()
  const staleLimitMs = config.STALE_LIMIT_HOURS * 3_600_000

  const replicas = config.LINKS_REPLICA_URLS
  const databases = open.use(
    openDatabaseSet({
      primary: config.LINKS_URL,
      replicas,
      name: 'redirect',
      max: replicas.length === 0 ? 2 : 1,
      primaryTimeoutMs: config.LINKS_TIMEOUT_MS,
      replicaTimeoutMs: config.REPLICA_TIMEOUT_MS,
      log,
    }),
  )
  const cache = createLinkCache(config.CACHE_MAX_MB * 1024 * 1024)
  // Hottest last: they are the last to be evicted.
  for (const [key, link] of [...(earlier?.links ?? [])].reverse())
    cache.put(key, { link, epoch: earlierEpoch, checkedAt: 0 })
  const openedAt = now()
  let puts = 0
  const recent = createRecentChanges(now)
  const shared =
    config.REDIS_URL === undefined
      ? undefined
      : open.use(
          openSharedCache({
            url: config.REDIS_URL,
            keyPrefix: config.REDIS_PREFIX,
            timeoutMs: config.REDIS_TIMEOUT_MS,
            staleLimitMs,
            now: Date.now,
            recentChanges: recent.all,
            log,
          }),
        )
  let epoch = earlierEpoch + 1
  const begun = Promise.withResolvers<void>()
  const feed = open.use(
    openChangeFeed({
      urls: () => databases.inOrder().map((server) => server.url),
      log,
      throughMs: earlier?.throughMs,
      restarted: () => {
        epoch += 1
        begun.resolve()
      },
      missed: (changes) => {
        if (changes === 'unknown') return cache.clear()
        for (const change of changes) forget(cache, change)
      },
      changed: (changes, live) => {
        const news = recent.apply(changes)
        earlier?.record(news)
        for (const change of news) {
          const { domain, slug, position, changedAt } = change
          forget(cache, change)
          shared?.changed(domain, slug, position)
          if (live) indicators.recordFeedDelay((Date.now() - changedAt) / 1000)
        }
      },
    }),
  )
  const ageMs = () => Math.min(feed.ageMs(), (earlier?.ageMs ?? Infinity) + now() - openedAt)
  const resolveLink = createResolveLink({
    cache: {
      ...cache,
      put: (key, remembered) => {
        puts += 1
        cache.put(key, remembered)
      },
    },
    recent,
    shared,
    findStored: createFindStored({
      servers: databases.inOrder,
      find: findLink,
      mayAskPrimary: createAllowance(secondQuestionsPerSecond, now),
      read: indicators.recordRead,
      now: Date.now,
    }),
    epoch: () => epoch,
    feedAgeMs: feed.ageMs,
    memoryAgeMs: ageMs,
    staleLimitMs,
    deadline: (signal) => sleep(deadlineMs, undefined, { signal, ref: false }),
    read: indicators.recordRead,
    now,
  })
  return {
    resolveLink,
    databases,
    cached: cache.size,
    feedAgeMs: feed.ageMs,
    source: {
      cache,
      linkOf: (key) => {
        const link = cache.peek(key)?.link
        return link === 'absent' ? undefined : link
      },
      puts: () => puts,
      knowledge: () => {
        const throughMs = feed.throughMs()
        const age = ageMs()
        if (throughMs === undefined || age === Infinity) return undefined
        return { throughMs, ageMs: age, at: Date.now() }
      },
    },
    caughtUp: (withinMs) =>
      Promise.race([begun.promise, sleep(withinMs, undefined, { ref: false })]),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

/** Of a deleted link it stays known that it is gone: also while nobody can be asked. */
function forget(cache: LinkCache, { domain, slug, position, deleted }: LinkChange): void {
  const key = linkKey(domain, slug)
  const there = cache.peek(key)
  cache.drop(key)
  if (!deleted || there === undefined || there.link === 'absent') return
  // Also if it was heard before.
  if (there.link.position <= position)
    cache.put(key, { ...there, link: { ...there.link, deleted, position } })
}
