// Redis in front of the databases: what one process has read all may use. Redis slow, gone or full of rubbish has its
// home here: every call has a deadline, a dead Redis costs nothing per request, and nobody upstream sees an error.
import {
  type CachedLink,
  cachedLinkKey,
  decodeCachedLink,
  encodeCachedLink,
  encodeTombstone,
} from '@sleepwell/contracts/cached-link'
import { type Breaker, breakerOf } from '@sleepwell/runtime/breaker'
import { every } from '@sleepwell/runtime/every'
import { createFailureStreak } from '@sleepwell/runtime/failure-streak'
import { errorFields, type Logger } from '@sleepwell/runtime/log'
import { circuitBreaker, handleAll, type IBreaker } from 'cockatiel'
import { Redis, type Result } from 'ioredis'

export interface SharedCacheOptions {
  readonly url: string
  readonly keyPrefix: string
  readonly timeoutMs: number
  /** How long a link stays. */
  readonly staleLimitMs: number
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Told again to a Redis that was away. */
  readonly recentChanges: () => Iterable<{ domain: string; slug: string; position: number }>
  readonly log: Logger
}

export interface SharedLink {
  readonly link: CachedLink
  /** Read from a database so lately that the change feed of any process reaches back further. */
  readonly fresh: boolean
  /** Since a database was asked. */
  readonly ageMs: number
}

/** None of these rejects. */
export interface SharedCache extends AsyncDisposable {
  readonly find: (domain: string, slug: string) => Promise<SharedLink | 'absent' | 'failed'>
  /**
   * Only what a database has just said, never what was read from here. A later state stays.
   *
   * @param asOf milliseconds since the epoch: no change before then is missing in it
   */
  readonly put: (domain: string, slug: string, link: CachedLink, asOf: number) => void
  /** What is older than `position` is out of date: it is taken away, and may not come back. */
  readonly changed: (domain: string, slug: string, position: number) => void
  /** Whether it is asked. */
  readonly breaker: () => Breaker
}

/** Shorter than the ten minutes for which processes remember changes. */
const freshMs = 5 * 60_000
/** What was read before the change is by then too old to be put. */
const tombstoneSeconds = 10 * 60
/** After so long without a question Redis is asked whether it is there. */
const idleMs = 1000
/** A millisecond of work, here and in Redis. */
const portionOfChanges = 100

// Compare and set: what stands there stays if it is later (or, for a tombstone, as late). Rubbish has no position, and
// may be of a type that cannot even be read. A Redis that is too full for the new value still gives up the old one.
const replaceOlder = `
  local there = redis.pcall('get', KEYS[1])
  local position = type(there) == 'string' and tonumber(string.match(there, '^(%d+) '))
  if position and position >= tonumber(ARGV[1]) then return 0 end
  local done = redis.pcall('set', KEYS[1], ARGV[2], 'ex', ARGV[3])
  if type(done) == 'table' and done.err then
    redis.call('del', KEYS[1])
    return redis.error_reply(done.err)
  end
  return 1`

declare module 'ioredis' {
  interface RedisCommander<Context> {
    replaceOlder(key: string, than: string, value: string, seconds: number): Result<number, Context>
  }
}

export function openSharedCache(options: SharedCacheOptions): SharedCache {
  const { now, log } = options
  const redis = new Redis(options.url, {
    keyPrefix: options.keyPrefix,
    // Without these a frozen or lost Redis keeps every call waiting for ever.
    commandTimeout: options.timeoutMs,
    connectTimeout: 500,
    socketTimeout: 1000,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(100 * attempt, 1000) * (0.5 + Math.random() / 2),
    scripts: { replaceOlder: { lua: replaceOlder, numberOfKeys: 1 } },
  })
  const outage = createFailureStreak((error) =>
    log.warn(errorFields(error), 'Redis is away; links come from the databases'),
  )
  redis.on('error', outage.failed)
  redis.on('ready', () => {
    if (outage.worked()) log.info('Redis is back')
    void tellRecentChanges()
  })
  let times = 0
  /** There may be hundreds of thousands, and visitors would wait until all of them are written into the connection. */
  const tellRecentChanges = async () => {
    const time = ++times
    for (const portion of portionsOf(options.recentChanges(), portionOfChanges)) {
      await Promise.all(portion.map((one) => tell(one.domain, one.slug, one.position)))
      // Whoever has lost the connection is told from the beginning by the next one.
      if (redis.status !== 'ready' || time !== times) return
    }
  }
  // Apart: a Redis that is full or read-only refuses writes and still answers.
  const [reading, writing] = [openBreaker(), openBreaker()]
  // Where memory has all that visitors want, nobody would notice for hours that Redis is lost, or back.
  let asked = 0
  const noticing = every(
    idleMs,
    async () => {
      if (asked === 0) await reading.execute(() => redis.ping())
      asked = 0
    },
    () => {}, // told by the connection
  )
  // Tried whatever failed before: no visitor waits for it, and the old state must go.
  const tell = async (domain: string, slug: string, position: number) => {
    const key = cachedLinkKey(domain, slug)
    const tombstone = encodeTombstone(position)
    await redis.replaceOlder(key, String(position), tombstone, tombstoneSeconds).catch(() => {})
  }
  return {
    find: async (domain, slug) => {
      asked++
      try {
        const value = await reading.execute(() => redis.get(cachedLinkKey(domain, slug)))
        const decoded = value === null ? undefined : decodeCachedLink(value)
        if (decoded === undefined || decoded === 'changed') return 'absent'
        const ageMs = now() - decoded.readAt
        return { link: decoded.link, fresh: ageMs < freshMs, ageMs }
      } catch {
        return 'failed'
      }
    },
    put: (domain, slug, link, asOf) => {
      // Its tombstone may be gone already.
      if (now() - asOf >= freshMs) return
      const value = encodeCachedLink(link, asOf)
      const seconds = Math.ceil(options.staleLimitMs / 1000)
      const key = cachedLinkKey(domain, slug)
      // The same state may be written again, with a new age.
      const than = String(link.position + 1)
      writing.execute(() => redis.replaceOlder(key, than, value, seconds)).catch(() => {})
    },
    changed: (domain, slug, position) => void tell(domain, slug, position),
    breaker: () => (redis.status === 'ready' ? breakerOf(reading) : 2),
    [Symbol.asyncDispose]: async () => {
      redis.disconnect()
      await noticing[Symbol.asyncDispose]()
    },
  }
}

function* portionsOf<T>(all: Iterable<T>, size: number): Generator<readonly T[]> {
  let portion: T[] = []
  for (const one of all) {
    if (portion.push(one) < size) continue
    yield portion
    portion = []
  }
  yield portion
}

function openBreaker() {
  return circuitBreaker(handleAll, { halfOpenAfter: 1000, breaker: noticeSilence() })
}

const silentMs = 500

/**
 * Not by failures alone: a lost packet holds up for a moment whatever is under way on the connection, and for that Redis
 * would be left for a second, again and again.
 */
function noticeSilence(): IBreaker {
  let failures = 0
  let since = 0
  return {
    state: undefined,
    success: () => {
      failures = 0
    },
    failure: () => {
      if (failures++ === 0) since = performance.now()
      return failures >= 5 && performance.now() - since >= silentMs
    },
  }
}

/** Connects, says hello and leaves; two seconds at most. */
export async function probeRedis(url: string): Promise<void> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 2000,
    commandTimeout: 2000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  })
  // ioredis tells the reason by an event; the call then fails late, with another one.
  const refused = new Promise<never>((_resolve, reject) => redis.once('error', reject))
  try {
    await Promise.race([redis.connect().then(() => redis.ping()), refused])
  } finally {
    redis.disconnect()
  }
}
