// Wires what answers "what is behind this slug?": store, memory, and the feed that keeps memory true.
import type { Logger } from '@sleepwell/runtime/log'
import type { Pool } from 'pg'
import { openChangeFeed } from './change-feed.ts'
import type { readConfig } from './config.ts'
import * as indicators from './indicators.ts'
import { createLinkCache } from './link-cache.ts'
import { findLink } from './link-table.ts'
import { createRecentChanges, linkKey } from './recent-changes.ts'
import { createResolveLink, type ResolveLink } from './resolve-link.ts'

type LinksConfig = Pick<
  ReturnType<typeof readConfig>,
  'LINKS_URL' | 'CACHE_MAX_MB' | 'STALE_LIMIT_HOURS'
>

export interface Links extends AsyncDisposable {
  readonly resolveLink: ResolveLink
  readonly cached: () => number
  readonly feedAgeMs: () => number
}

export function openLinks(config: LinksConfig, postgres: Pool, log: Logger): Links {
  const now = () => performance.now()
  const cache = createLinkCache(config.CACHE_MAX_MB * 1024 * 1024)
  const recent = createRecentChanges(now)
  let epoch = 0
  const feed = openChangeFeed({
    url: config.LINKS_URL,
    log,
    restarted: () => {
      epoch += 1
    },
    changed: (changes, live) => {
      for (const change of recent.apply(changes)) {
        cache.drop(linkKey(change.domain, change.slug))
        if (live) indicators.recordFeedDelay((Date.now() - change.changedAt) / 1000)
      }
    },
  })
  const resolveLink = createResolveLink({
    cache,
    recent,
    stored: (domain, slug) => findLink(postgres, domain, slug),
    epoch: () => epoch,
    feedAgeMs: feed.ageMs,
    staleLimitMs: config.STALE_LIMIT_HOURS * 3_600_000,
    read: indicators.recordRead,
    now,
  })
  return {
    resolveLink,
    cached: cache.size,
    feedAgeMs: feed.ageMs,
    [Symbol.asyncDispose]: () => feed[Symbol.asyncDispose](),
  }
}
