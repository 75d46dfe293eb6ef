// A redirect with databases and a Redis of its own to lose, and links that all were followed once.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openGate } from '@sleepwell/testing/gate'
import { openOwnRedis } from '@sleepwell/testing/own-redis'
import { openTestDatabase } from '@sleepwell/testing/postgres'
import { Pool } from 'pg'
import { until } from '../api.ts'
import { startService, type ServiceProcess } from './service-process.ts'

export interface ColdStart extends AsyncDisposable {
  /** Stopped in the end, if it was not killed. */
  readonly start: (settings?: Record<string, string>) => Promise<ServiceProcess>
  /** Links `0` to `count - 1`. */
  readonly createLinks: (count: number) => Promise<void>
  readonly createLink: (slug: string, livesSeconds: number) => Promise<void>
  readonly deleteLink: (slug: string) => Promise<void>
  readonly editLink: (slug: string, destination: string) => Promise<void>
  /** No connection to any engine lives. */
  readonly takeAllAway: () => Promise<void>
  /** Every engine takes connections, and none answers. */
  readonly silenceAll: () => void
  readonly bringAllBack: () => Promise<void>
  /** What a restart would read, as text. */
  readonly onDisk: () => string
  /** Of these clicks, those that the click log does not have, and those that it has by two numbers. */
  readonly recount: (ids: readonly string[]) => Promise<{ lost: number; doubled: number }>
}

export const destinationOf = (slug: string) => `https://example.com/of/${slug}`

export async function openColdStart(): Promise<ColdStart> {
  const open = new AsyncDisposableStack()
  const links = open.use(await openTestDatabase('links'))
  const analytics = open.use(await openTestDatabase('analytics'))
  const redis = open.use(await openOwnRedis())
  const gate = open.use(await openGate(Number(new URL(links.url('redirect')).port)))
  const scratch = mkdtempSync(join(tmpdir(), 'sleepwell-cold-'))
  open.defer(() => rmSync(scratch, { recursive: true }))
  const spool = join(scratch, 'spool')
  const pool = open.adopt(new Pool({ connectionString: links.url('links_owner'), max: 1 }), (it) =>
    it.end(),
  )
  const log = open.adopt(new Pool({ connectionString: analytics.url('postgres'), max: 1 }), (it) =>
    it.end(),
  )
  const behindGate = (text: string) =>
    Object.assign(new URL(text), { host: `127.0.0.1:${gate.port}` }).href
  const changed = async (slug: string, set: string, values: readonly string[]) => {
    await pool.query(
      `with change as (
         insert into link_changes (position, domain, slug, deleted)
         values (next_link_position(), '@', $1, ${set.startsWith('deleted_at')}) returning position)
       update links set ${set}, position = change.position
       from change where slug = $1 and deleted_at is null`,
      [slug, ...values],
    )
  }
  let isFrozen = false
  return {
    start: async (settings) => {
      const started = await startService('redirect', {
        LINKS_URL: behindGate(links.url('redirect')),
        CLICK_LOG_URL: behindGate(analytics.url('redirect')),
        REDIS_URL: redis.url,
        SPOOL_DIR: spool,
        SNAPSHOT_SECONDS: '1',
        VISITOR_KEY: 'k'.repeat(32),
        UV_THREADPOOL_SIZE: '16',
        ...settings,
      })
      return open.use(started)
    },
    createLinks: async (count) => {
      await pool.query(
        `insert into links (id, owner_id, domain, slug, destination)
         select gen_random_uuid(), 'acme', '@', n::text, $2 || n
         from generate_series(0, $1::int - 1) n`,
        [count, destinationOf('')],
      )
    },
    createLink: async (slug, livesSeconds) => {
      await pool.query(
        `insert into links (id, owner_id, domain, slug, destination, expires_at)
         values (gen_random_uuid(), 'acme', '@', $1, $2, now() + make_interval(secs => $3))`,
        [slug, destinationOf(slug), livesSeconds],
      )
    },
    deleteLink: (slug) => changed(slug, 'deleted_at = now()', []),
    editLink: (slug, destination) => changed(slug, 'destination = $2', [destination]),
    takeAllAway: async () => {
      gate.shut()
      await redis.kill()
    },
    silenceAll: () => {
      gate.silence()
      redis.freeze()
      isFrozen = true
    },
    bringAllBack: async () => {
      gate.open()
      if (isFrozen) redis.thaw()
      else await redis.start()
      isFrozen = false
    },
    onDisk: () =>
      readdirSync(spool)
        .filter((name) => name.startsWith('links.'))
        .map((name) => readFileSync(join(spool, name), 'latin1'))
        .join('\n'),
    recount: async (ids) => {
      const { rows } = await log.query<{ lost: number; doubled: number }>(
        `with stored as (
           select value ->> 'id' as id, count(distinct (value ->> 'spool', value ->> 'seq')) as times
           from (select convert_from(value, 'UTF8')::jsonb as value from click_log) records
           where value ->> 'type' = 'click' group by 1)
         select (select count(*)::int from unnest($1::text[]) answered (id)
             left join stored using (id) where stored.id is null) as lost,
           (select coalesce(sum(times - 1), 0)::int from stored) as doubled`,
        [ids],
      )
      return rows[0] ?? { lost: -1, doubled: -1 }
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

/** Resolves when all that a process knew when this was called is on disk. */
export async function untilKept(process: ServiceProcess): Promise<void> {
  // One snapshot may have been under way, the next one began later.
  for (let i = 0; i < 2; i++) {
    const calledAt = performance.now()
    await until(
      async () => (await process.metric('redirect_snapshot_age_seconds')) * 1000,
      (ageMs) => ageMs < performance.now() - calledAt - 100,
    )
  }
}
