// Wires what answers "what is behind this slug?": memory, Redis, the databases, and the feed that keeps them true.
import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabaseSet, type DatabaseSet } from '@sleepwell/runtime/database-set'
import type { Logger } from '@sleepwell/runtime/log'
import { createAllowance } from '@sleepwell/runtime/allowance'
import { openChangeFeed } from './change-feed.ts'
import { createClaimClick, type ClaimClick } from './claim-click.ts'
import type { readConfig } from './config.ts'
import { createFindStored } from './find-stored.ts'
import * as indicators from './indicators.ts'
import { createLinkCache } from './link-cache.ts'
import { claimClicks, findLink } from './link-table.ts'
import { createRecentChanges, linkKey, type RecentChanges } from './recent-changes.ts'
import { createResolveLink, type ResolveLink } from './resolve-link.ts'
import { openSharedCache } from './shared-cache.ts'

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
  readonly cached: () => number
  readonly feedAgeMs: () => number
}

/** How long a visitor waits for all stores together. */
const deadlineMs = 200
/** Slugs that no replica knows, asked of the primary: most of them exist nowhere. */
const secondQuestionsPerSecond = 50

/** @param refine for tests: what is remembered of changes, with a guard taken away */
export function openLinks(
  config: LinksConfig,
  log: Logger,
  refine: (recent: RecentChanges) => RecentChanges = (recent) => recent,
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
      restarted: () => {
        epoch += 1
      },
      changed: (changes, live) => {
        for (const change of recent.apply(changes)) {
          const { domain, slug, position, changedAt } = change
          cache.changed(linkKey(domain, slug), change)
          shared?.changed(domain, slug, position)
          if (live) indicators.recordFeedDelay((Date.now() - changedAt) / 1000)
        }
      },
    }),
  )
  const resolveLink = createResolveLink({
    cache,
    recent,
    shared,
    findStored: createFindStored({
      servers: databases.inOrder,
      find: findLink,
      reachBack: recent.reachBack,
      mayAskPrimary: createAllowance(secondQuestionsPerSecond, now),
      read: indicators.recordRead,
      now: Date.now,
    }),
    epoch: () => epoch,
    feedAgeMs: feed.ageMs,
    staleLimitMs,
    deadline: (signal) => sleep(deadlineMs, undefined, { signal, ref: false }),
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
    deadline: (signal) => sleep(config.LINKS_TIMEOUT_MS, undefined, { signal, ref: false }),
    clock: Date.now,
  })
  return {
    resolveLink,
    claimClick,
    databases,
    cached: cache.size,
    feedAgeMs: feed.ageMs,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}
