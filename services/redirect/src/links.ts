// Wires what answers "what is behind this slug?": memory, Redis, the databases, and the feed that keeps them true.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Breaker } from '@sleepwell/runtime/breaker'
import { openDatabaseSet, type DatabaseSet } from '@sleepwell/runtime/database-set'
import type { Logger } from '@sleepwell/runtime/log'
import { createAllowance } from '@sleepwell/runtime/allowance'
import { openChangeFeed } from './change-feed.ts'
import { createClaimClick, type ClaimClick } from './claim-click.ts'
import type { readConfig } from './config.ts'
import { createFindStored } from './find-stored.ts'
import { createFindTogether } from './find-together.ts'
import * as indicators from './indicators.ts'
import type { LinkSource } from './keep-snapshot.ts'
import { createLinkCache } from './link-cache.ts'
import { claimClicks, findLinks } from './link-table.ts'
import { patience } from './patience.ts'
import { createRecentChanges, linkKey, type RecentChanges } from './recent-changes.ts'
import { createResolveLink, type ResolveLink } from './resolve-link.ts'
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
  readonly claimClick: ClaimClick
  readonly databases: DatabaseSet
  /** Whether each store is asked. */
  readonly breakers: () => readonly (readonly [store: string, breaker: Breaker])[]
  readonly cached: () => number
  readonly feedAgeMs: () => number
  /** Since what memory holds was last known to be current: an earlier life of this process may have left it. */
  readonly memoryAgeMs: () => number
  /** What is worth keeping for the next life. */
  readonly source: LinkSource
  /** Resolves once the feed has read all that there is, or when so much time has passed. */
  readonly caughtUp: (withinMs: number) => Promise<void>
}

export interface LinksOptions {
  /** What an earlier life of this process knew. */
  readonly earlier?: Pick<WarmStart, 'links' | 'throughMs' | 'ageMs' | 'record' | 'forget'>
  /** For tests: what is remembered of changes, with a guard taken away. */
  readonly refine?: (recent: RecentChanges) => RecentChanges
}

/** How long a visitor waits for all stores together. */
const deadlineMs = 200
/** Slugs that no replica knows, asked of the primary: most of them exist nowhere. */
const secondQuestionsPerSecond = 50

export function openLinks(config: LinksConfig, log: Logger, options: LinksOptions = {}): Links {
  const { earlier, refine = (recent) => recent } = options
  const open = new AsyncDisposableStack()
  const now = () => performance.now()
  const staleLimitMs = config.STALE_LIMIT_HOURS * 3_600_000

  const replicas = config.LINKS_REPLICA_URLS
  const connections = replicas.length === 0 ? 2 : 1
  const databases = open.use(
    openDatabaseSet({
      primary: config.LINKS_URL,
      replicas,
      name: 'redirect',
      max: connections,
      primaryTimeoutMs: config.LINKS_TIMEOUT_MS,
      replicaTimeoutMs: config.REPLICA_TIMEOUT_MS,
      log,
    }),
  )
  const cache = createLinkCache(config.CACHE_MAX_MB * 1024 * 1024)
  // Hottest last, as if it had just been written. Each is asked of a store on its next use, if one answers.
  const openedAt = now()
  for (const [key, link] of [...(earlier?.links ?? [])].reverse())
    cache.put(key, { link, epoch: undefined, checkedAt: openedAt })
  let puts = 0
  const recent = refine(createRecentChanges(now))
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
  let epoch = 0
  const feed = open.use(
    openChangeFeed({
      urls: () => databases.inOrder().map((server) => server.url),
      log,
      throughMs: earlier?.throughMs,
      restarted: () => {
        epoch += 1
      },
      lost: () => {
        cache.clear()
        earlier?.forget()
      },
      changed: (changes, when) => {
        // No read can race what is older, and there may be a day of it.
        const news = when === 'older' ? changes : recent.apply(changes)
        earlier?.record(news)
        for (const change of news) {
          const { domain, slug, position, changedAt } = change
          cache.changed(linkKey(domain, slug), change)
          shared?.changed(domain, slug, position)
          if (when === 'live') indicators.recordFeedDelay((Date.now() - changedAt) / 1000)
        }
      },
    }),
  )
  const memoryAgeMs = () => Math.min(feed.ageMs(), (earlier?.ageMs ?? Infinity) + now() - openedAt)
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
      find: createFindTogether({ find: findLinks, connections }),
      reachBack: recent.reachBack,
      mayAskPrimary: createAllowance(secondQuestionsPerSecond, now),
      read: indicators.recordRead,
      now: Date.now,
    }),
    epoch: () => epoch + recent.takeover().count,
    feedAgeMs: feed.ageMs,
    memoryAgeMs,
    staleLimitMs,
    deadline: (signal) => patience(deadlineMs, signal),
    read: indicators.recordRead,
    now,
    clock: Date.now,
  })
  const claimClick = createClaimClick({
    claim: (linkId, wanted, given) =>
      databases.tell((pool) => {
        // It waited too long for its turn: nobody is there any more for whom it would be spent.
        given.throwIfAborted()
        return claimClicks(pool, linkId, wanted)
      }),
    deadline: (signal) => patience(config.LINKS_TIMEOUT_MS, signal),
    clock: Date.now,
  })
  return {
    resolveLink,
    claimClick,
    databases,
    breakers: () => [
      ...(shared === undefined ? [] : [['redis', shared.breaker()] as const]),
      ...databases.servers().map(({ name, breaker }) => [name, breaker] as const),
    ],
    cached: cache.size,
    feedAgeMs: feed.ageMs,
    memoryAgeMs,
    source: {
      cache,
      puts: () => puts,
      knowledge: () => {
        const [throughMs, ageMs] = [feed.throughMs(), memoryAgeMs()]
        if (throughMs === undefined || ageMs === Infinity) return undefined
        return { throughMs, ageMs, at: Date.now() }
      },
    },
    caughtUp: (withinMs) => Promise.race([feed.begun, sleep(withinMs, undefined, { ref: false })]),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}
