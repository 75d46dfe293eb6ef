// A shared cache in a Redis of its own, to be treated badly.
import { setTimeout as sleep } from 'node:timers/promises'
import { type CachedLink, cachedLinkKey } from '@sleepwell/contracts/cached-link'
import { createLog } from '@sleepwell/runtime/log'
import { openOwnRedis } from '@sleepwell/testing/own-redis'
import { Redis } from 'ioredis'
import { openSharedCache, type SharedCache } from './shared-cache.ts'
import { noRules } from './test-link.ts'

const log = createLog('test')
log.level = 'silent'

export const link = (position: number): CachedLink => ({
  id: '0199b3a0-0000-7000-8000-000000000001',
  ownerId: 'acme',
  destination: `https://example.com/${position}`,
  ...noRules,
  position,
})

/** A cache in a Redis of its own, a clock, and a client that looks at what it stored. */
export async function caching() {
  const open = new AsyncDisposableStack()
  const own = open.use(await openOwnRedis())
  const recent: Iterable<{ domain: string; slug: string; position: number }> = []
  const state = { now: 1_000_000, recent }
  const cache = open.use(
    openSharedCache({
      url: own.url,
      keyPrefix: 'test:',
      timeoutMs: 200,
      staleLimitMs: 3_600_000,
      now: () => state.now,
      recentChanges: () => state.recent,
      log,
    }),
  )
  const redis = open.adopt(new Redis(own.url), (client) => client.disconnect())
  await until(async () => (await cache.find('@', 'any')) === 'absent')
  const key = `test:${cachedLinkKey('@', 'home')}`
  return { own, cache, redis, state, key, [Symbol.asyncDispose]: () => open.disposeAsync() }
}

/** Waits for what must happen; the test runner's own limit ends a wait in vain. */
export async function until(condition: () => Promise<boolean>) {
  while (!(await condition())) await sleep(5)
}

/** Commands of one client are done in order: whatever was put is there, or was refused. */
export async function destination(cache: SharedCache) {
  const found = await cache.find('@', 'home')
  return typeof found === 'object' ? found.link.destination : found
}
