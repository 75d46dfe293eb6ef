// What a redirect leans on, each behind a network of its own: a primary, a replica, a Redis. And links, by the thousand.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { full } from '@sleepwell/testing/fault-run'
import { openFaultProxy, through, type FaultProxy } from '@sleepwell/testing/fault-proxy'
import { openOwnRedis, type OwnRedis } from '@sleepwell/testing/own-redis'
import { openTestDatabase } from '@sleepwell/testing/postgres'
import { Redis } from 'ioredis'
import { Pool, type PoolClient, type QueryResultRow } from 'pg'
import { follow, until } from '../api.ts'
import { insertLinks, writeLink } from './links-in-postgres.ts'
import { fillRedis } from './links-in-redis.ts'
import type { OwnPostgres } from './own-postgres.ts'
import { startService, type ServiceProcess } from './service-process.ts'
import { startTraffic, zipf, type Traffic, type Visit } from './traffic.ts'

export interface Ground extends AsyncDisposable {
  readonly redis: OwnRedis
  /** Of a client that knows no fault: it does not go through the network. */
  readonly redisClient: Redis
  readonly toRedis: FaultProxy
  readonly toPrimary: FaultProxy
  readonly toReplica: FaultProxy
  /** What a redirect is told of where they are. */
  readonly urls: Readonly<Record<'LINKS_URL' | 'LINKS_REPLICA_URLS' | 'REDIS_URL', string>>
  /** Most wanted first. */
  readonly slugs: readonly string[]
  /** On the primary, as the superuser, without a fault in between. */
  readonly query: <Row extends QueryResultRow>(
    sql: string,
    values?: readonly unknown[],
  ) => Promise<Row[]>
  /** A connection of the same kind, until disposed. */
  readonly connect: () => Promise<PoolClient>
  /** Creates a link or changes it, as link-write does. @param destination undefined deletes it */
  readonly write: (slug: string, destination: string | undefined) => Promise<void>
  /** A redirect process that leans on all of it; settings given as undefined are left out. */
  readonly startRedirect: (
    settings?: Readonly<Record<string, string | undefined>>,
    preload?: string,
  ) => Promise<ServiceProcess>
  /** Visitors of the links, who know where each leads. */
  readonly visit: (redirect: ServiceProcess, perSecond?: number) => Traffic
}

export const perSecond = full ? 500 : 150
const links = full ? 20_000 : 4_000
/** For the guard that a test switches off. */
export const forEver = '3600000'
/** Short runs share the machine with other tests, and ours are about what breaks, not about how busy it is. */
export const patience = { REPLICA_TIMEOUT_MS: '1000', LINKS_TIMEOUT_MS: '1000' }
/** The deadlines of the product, for a test of them. */
export const impatience = { REPLICA_TIMEOUT_MS: undefined, LINKS_TIMEOUT_MS: undefined }

export function destinationOf(slug: string): string {
  return `https://example.com/${slug}`
}

/** @param own the test's own Postgres; otherwise a database of the shared one, which may not be taken away */
export async function openGround(own?: OwnPostgres): Promise<Ground> {
  const open = new AsyncDisposableStack()
  const clicks = open.use(await openTestDatabase('analytics'))
  const database = own === undefined ? open.use(await openTestDatabase('links')) : undefined
  const urlOf = (role: 'redirect' | 'postgres') =>
    database?.url(role) ?? own?.primary.url(role) ?? ''
  const pool = new Pool({ connectionString: urlOf('postgres'), max: 6 })
  // Its server may be taken away, whether a connection is in use or not.
  pool.on('error', () => {}).on('connect', (client) => client.on('error', () => {}))
  open.defer(() => pool.end())
  const query: Ground['query'] = async (sql, values = []) =>
    (await pool.query(sql, [...values])).rows
  await insertLinks(query, links)
  const replicaUrl =
    (await database?.replicaUrl('redirect')) ??
    own?.replica?.url('redirect') ??
    own?.primary.url('redirect') ??
    ''
  if (own?.replica !== undefined) await caughtUp(own.replica.url('postgres'))

  const redis = open.use(await openOwnRedis())
  const redisClient = open.adopt(new Redis(redis.url), (it) => it.disconnect())
  redisClient.on('error', () => {})
  const proxyTo = async (url: string) => open.use(await openFaultProxy(Number(new URL(url).port)))
  const toRedis = await proxyTo(redis.url)
  const toPrimary = await proxyTo(urlOf('redirect'))
  const toReplica = await proxyTo(replicaUrl)
  const scratch = mkdtempSync(join(tmpdir(), 'sleepwell-ground-'))
  open.defer(() => rmSync(scratch, { recursive: true }))

  await fillRedis({ query, redisClient })
  const slugs = Array.from({ length: links }, (_, i) => slugOf(i))
  const urls = {
    LINKS_URL: through(toPrimary, urlOf('redirect')),
    LINKS_REPLICA_URLS: through(toReplica, replicaUrl),
    REDIS_URL: through(toRedis, redis.url),
  }
  let redirects = 0
  return {
    redis,
    redisClient,
    toRedis,
    toPrimary,
    toReplica,
    urls,
    slugs,
    query,
    connect: async () => {
      const client = await pool.connect()
      open.defer(() => client.release(true))
      return client
    },
    write: (slug, destination) => writeLink(pool, slug, destination),
    startRedirect: async (settings = {}, preload) => {
      const all: Record<string, string | undefined> = {
        ...urls,
        CLICK_LOG_URL: clicks.url('redirect'),
        SPOOL_DIR: join(scratch, `spool-${++redirects}`),
        VISITOR_KEY: 'k'.repeat(32),
        // Not all links fit: the other stores are asked all the time.
        CACHE_MAX_MB: '1',
        DRAIN_LIMIT_SECONDS: '1',
        ...(!full && patience),
        ...settings,
      }
      const set = Object.entries(all).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value] as const],
      )
      const redirect = open.use(await startService('redirect', Object.fromEntries(set), preload))
      if (all.REDIS_URL !== undefined) await asksRedis(redirect)
      return redirect
    },
    visit: (redirect, rate = perSecond) => startTraffic(redirect.url, rate, visitsOf(slugs)),
    [Symbol.asyncDispose]: async () => {
      redis.thaw()
      for (const proxy of [toRedis, toPrimary, toReplica]) await proxy.set('pass')
      await open.disposeAsync()
    },
  }
}

/** Once Redis has answered a question that begins now: a process that has just started is not connected yet. */
export async function asksRedis(redirect: ServiceProcess): Promise<void> {
  const answered = () => redirect.metric('redirect_link_reads_total{tier="redis",result="miss"')
  const before = await answered()
  await until(
    async () => {
      await follow(`${redirect.url}/nobody-knows-${randomUUID()}`)
      return await answered()
    },
    (count) => count > before,
  )
}

/** Once the change feed has been away so long that nothing is believed without a database any more. */
export async function feedIsLost({ metric }: ServiceProcess): Promise<void> {
  await until(
    () => metric('redirect_change_feed_age_seconds'),
    (seconds) => seconds > 2,
  )
}

/** How often a redirect process has asked a links database, whatever it said. */
export async function databaseReads({ metric }: ServiceProcess): Promise<number> {
  const tiers = ['replica', 'primary'].map((tier) =>
    metric(`redirect_link_reads_total{tier="${tier}"`),
  )
  return (await Promise.all(tiers)).reduce((sum, count) => sum + count, 0)
}

export function slugOf(i: number): string {
  return `link-${i}`
}

/** Visits of known links, some far more often than others. */
export function visitsOf(slugs: readonly string[]): () => Visit {
  const next = zipf(slugs)
  return () => {
    const slug = next()
    return {
      slug,
      right: (status, location) => status === 302 && location === destinationOf(slug),
    }
  }
}

async function caughtUp(replica: string): Promise<void> {
  const pool = new Pool({ connectionString: replica, max: 1 })
  await until(
    async () => {
      const { rows } = await pool.query<{ count: number }>('select count(*)::int from links')
      return rows[0]?.count ?? 0
    },
    (count) => count >= links,
  )
  await pool.end()
}
