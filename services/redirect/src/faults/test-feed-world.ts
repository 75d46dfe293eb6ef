// For tests: several processes' views of the links, over lines that are slow and break, while links are written and the
// primary is lost. All that happens is decided by one seed, as far as engines let it.
import { setTimeout as sleep } from 'node:timers/promises'
import { createLog } from '@sleepwell/runtime/log'
import { openPostgresPair, type PairedServer } from '@sleepwell/testing/postgres-pair'
import { openTestRedis } from '@sleepwell/testing/redis'
import { openLinks, type Links } from '../links.ts'
import type { RecentChanges } from '../recent-changes.ts'
import type { Read } from './test-history.ts'
import { openSlowLine, type SlowLine } from './test-slow-line.ts'
import { carryOut, connectWriter, followEverywhere, planOf, type Noted } from './test-writers.ts'
import { inShort } from '../test-link.ts'

export interface FeedWorldOptions {
  readonly seed: number
  readonly lagMs: number
  readonly beforeMs: number
  readonly afterMs: number
  readonly longestStallMs: number
  /** Takes a guard of the processes away. */
  readonly weaken?: ((recent: RecentChanges) => RecentChanges) | undefined
}

const slugs = Array.from({ length: 10 }, (_, i) => `slug-${i}`)
const processes = 3
const writers = 6

const log = createLog('test')
log.level = 'silent'

export async function runFeedWorld(options: FeedWorldOptions) {
  const chance = chances(options.seed)
  await using open = new AsyncDisposableStack()
  const pair = open.use(await openPostgresPair(options.lagMs))
  const redis = open.use(openTestRedis())
  const seats = await Promise.all(
    Array.from({ length: processes }, () => openSeat(open, pair, redis, options)),
  )
  const notes: Noted[] = []
  const reads: Read[] = []
  const stop = new AbortController()
  let primary: PairedServer = pair.primary
  let isPaused = false
  let active = writers
  let stalls = 0
  let cuts = 0

  const write = async () => {
    let client = await connectWriter(primary.url('postgres'))
    while (!stop.signal.aborted) {
      if (isPaused) {
        active -= 1
        while (isPaused) await sleep(5)
        active += 1
      }
      if (!(await carryOut(client, planOf(slugs, chance), chance, notes))) {
        await client.end().catch(() => {})
        client = await connectWriter(primary.url('postgres'))
      }
      await sleep(chance() * 30)
    }
    await client.end()
  }
  const readAll = async (seat: number, { links }: Seat) => {
    while (!stop.signal.aborted) {
      const slug = slugs[Math.floor(chance() * slugs.length)] ?? ''
      reads.push(await readOne(links, seat, slug, false))
      await sleep(chance() * 4)
    }
  }
  const trouble = async () => {
    const admin = await connectWriter(pair.replica.url('postgres'))
    while (!stop.signal.aborted) {
      await sleep(50 + chance() * 250)
      const seat = seats[Math.floor(chance() * seats.length)]
      const what = chance()
      if (what < 0.2) {
        cuts += 1
        await admin.query(cutFeeds).catch(() => {})
      } else if (what < 0.35) {
        stalls += 1
        standStill(chance() ** 3 * options.longestStallMs)
      } else if (what < 0.55) seat?.cutPrimary(primary)
      else if (what < 0.75) seat?.slow(() => (chance() < 0.2 ? chance() * 400 : 0))
      else seat?.slow(() => 0)
    }
    await admin.end()
  }
  const beat = async () => {
    while (!stop.signal.aborted) {
      const client = await connectWriter(primary.url('postgres')).catch(() => undefined)
      await client?.query('update replication_heartbeat set at = clock_timestamp()').catch(() => {})
      await client?.end().catch(() => {})
      await sleep(300)
    }
  }
  const busy = [
    ...Array.from({ length: writers }, write),
    ...seats.map((seat, i) => readAll(i, seat)),
    trouble(),
    beat(),
    followEverywhere(pair.replica.url('postgres'), notes, stop.signal),
  ]
  await sleep(options.beforeMs)

  isPaused = true
  while (active > 0) await sleep(5)
  await failOver(pair)
  primary = pair.replica
  for (const seat of seats) seat.failedOver(primary)
  isPaused = false
  await sleep(options.afterMs)

  // Quiet: nothing more is written, and all lines are as they should be.
  isPaused = true
  while (active > 0) await sleep(5)
  const lastAt = performance.now()
  const quiet = seats.map(async (seat, i) => {
    seat.slow(() => 0)
    seat.failedOver(primary)
    while (performance.now() - seat.links.feedAgeMs() < lastAt + 1000) await sleep(10)
    for (const slug of slugs) reads.push(await readOne(seat.links, i, slug, true))
  })
  isPaused = false
  stop.abort()
  await Promise.all(busy)
  await Promise.all(quiet)
  return { writes: notes, reads, stalls, cuts }
}

interface Seat {
  readonly links: Links
  readonly slow: SlowLine['slow']
  readonly cutPrimary: (primary: PairedServer) => void
  readonly failedOver: (primary: PairedServer) => void
}

async function openSeat(
  open: AsyncDisposableStack,
  pair: { readonly primary: PairedServer; readonly replica: PairedServer },
  redis: { readonly url: string; readonly prefix: string },
  { weaken }: FeedWorldOptions,
): Promise<Seat> {
  const toPrimary = open.use(await openSlowLine(portOf(pair.primary)))
  const toReplica = open.use(await openSlowLine(portOf(pair.replica)))
  const through = (line: SlowLine, server: PairedServer) => {
    const url = new URL(server.url('redirect'))
    url.port = String(line.port)
    return url.href
  }
  const links = open.use(
    openLinks(
      {
        LINKS_URL: through(toPrimary, pair.primary),
        LINKS_REPLICA_URLS: [through(toReplica, pair.replica)],
        LINKS_TIMEOUT_MS: 1000,
        REPLICA_TIMEOUT_MS: 300,
        REDIS_URL: redis.url,
        REDIS_PREFIX: redis.prefix,
        REDIS_TIMEOUT_MS: 25,
        CACHE_MAX_MB: 1,
        STALE_LIMIT_HOURS: 1,
      },
      log,
      weaken === undefined ? {} : { refine: weaken },
    ),
  )
  return {
    links,
    slow: (delayMs) => {
      toPrimary.slow(delayMs)
      toReplica.slow(delayMs)
    },
    cutPrimary: (primary) => {
      toPrimary.lead(0)
      setTimeout(() => toPrimary.lead(portOf(primary)), 700).unref()
    },
    failedOver: (primary) => toPrimary.lead(portOf(primary)),
  }
}

function portOf(server: PairedServer): number {
  return Number(new URL(server.url('redirect')).port)
}

async function readOne(links: Links, process: number, slug: string, quiet: boolean): Promise<Read> {
  const startedAt = performance.now()
  const feedReadAt = startedAt - links.feedAgeMs()
  const { resolveLink } = links
  const found = resolveLink.known('@', slug) ?? (await resolveLink.find('@', slug))
  const answer = inShort(found)
  return { process, slug, answer, startedAt, endedAt: performance.now(), feedReadAt, quiet }
}

const cutFeeds = `
  select pg_terminate_backend(pid) from pg_stat_activity
  where application_name = 'redirect change feed'`

/** As a process that is not run for a while. */
function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

/** The replica has received everything, and takes over. */
async function failOver(pair: { readonly primary: PairedServer; readonly replica: PairedServer }) {
  const [old, next] = await Promise.all([
    connectWriter(pair.primary.url('postgres')),
    connectWriter(pair.replica.url('postgres')),
  ])
  const { rows } = await old.query<{ at: string }>('select pg_current_wal_flush_lsn() as at')
  for (;;) {
    const received = await next.query<{ done: boolean }>(
      'select pg_last_wal_receive_lsn() >= $1::pg_lsn as done',
      [rows[0]?.at],
    )
    if (received.rows[0]?.done === true) break
    await sleep(20)
  }
  pair.primary.kill()
  await next.query('select pg_promote()')
  await Promise.all([old.end().catch(() => {}), next.end()])
}

/** Evenly between 0 and 1, the same for the same seed (mulberry32). */
function chances(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
