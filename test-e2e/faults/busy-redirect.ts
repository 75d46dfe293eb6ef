// A redirect with a hundred links, all in its memory and its code warm; and what crowds heard of it.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openTestDatabase } from '@sleepwell/testing/postgres'
import { Client } from 'pg'
import { type Asked, type CrowdOptions, sendCrowd } from './open-crowd.ts'
import { startService } from './service-process.ts'

export const patienceMs = 500
const links = 100

/** Every one of them leads there. */
export const destination = 'https://example.com/'
export const known = (n: number) => `known-${n % links}`
/** In the database, and in nobody's memory. */
export const cold = (n: number) => `cold-${n % 1000}`
let made = 0
export const unknown = () => `unknown-${made++}`
const isKnown = (slug: string) => !slug.startsWith('unknown')

export interface BusyRedirect extends AsyncDisposable {
  readonly pid: number
  readonly port: number
  readonly metric: (name: string) => Promise<number>
  readonly send: (crowd: Partial<CrowdOptions>) => Promise<Asked[]>
  /** Stops it, and counts what was answered against the click log, by SQL. */
  readonly stopAndRecount: (asked: readonly Asked[]) => Promise<{ lost: number; doubled: number }>
}

export async function openBusyRedirect(
  settings: Record<string, string> = {},
  warmUpSeconds = 1.5,
): Promise<BusyRedirect> {
  await using opening = new AsyncDisposableStack()
  const database = opening.use(await openTestDatabase('links'))
  const log = opening.use(await openTestDatabase('analytics'))
  const scratch = mkdtempSync(join(tmpdir(), 'sleepwell-busy-'))
  opening.defer(() => rmSync(scratch, { recursive: true, force: true }))
  const slugs = [
    ...Array.from({ length: links }, (_, n) => known(n)),
    ...Array.from({ length: 1000 }, (_, n) => cold(n)),
  ]
  await ask(
    database.url('postgres'),
    `insert into links (id, owner_id, domain, slug, destination)
     select gen_random_uuid(), $1, '@', slug, $2 from unnest($3::text[]) as slug`,
    [randomUUID(), destination, slugs],
  )
  const redirect = opening.use(
    await startService('redirect', {
      LINKS_URL: database.url('redirect'),
      LINKS_TIMEOUT_MS: '2000',
      CLICK_LOG_URL: log.url('redirect'),
      SPOOL_DIR: join(scratch, 'spool'),
      VISITOR_KEY: 'k'.repeat(32),
      TRUSTED_PROXIES: '127.0.0.1/32',
      UV_THREADPOOL_SIZE: '16',
      ...settings,
    }),
  )
  const calm = {
    port: Number(new URL(redirect.url).port),
    perSecond: 200,
    seconds: 1,
    patienceMs,
    slugOf: known,
    connections: 64,
    keepAlive: true,
  }
  const send = (crowd: Partial<CrowdOptions>) => sendCrowd({ ...calm, ...crowd })
  const seconds = warmUpSeconds
  const warmUp = await send({ perSecond: 3000, seconds, patienceMs: 5000 })
  warmUp.push(...(await send({ perSecond: 1000, seconds, keepAlive: false, patienceMs: 5000 })))
  const open = opening.move()
  return {
    pid: redirect.pid,
    port: calm.port,
    metric: redirect.metric,
    send,
    stopAndRecount: async (asked) => {
      await redirect[Symbol.asyncDispose]()
      const ids = [...warmUp, ...asked].filter(({ ending }) => ending === 302).map(idOf)
      const [row] = await ask<{ lost: number; doubled: number }>(
        log.url('postgres'),
        `with clicks as materialized (
           select record ->> 'id' as id, record ->> 'seq' as seq
           from (select convert_from(value, 'UTF8')::jsonb as record from click_log) as log
           where record ->> 'type' = 'click'
         )
         select
           (select count(*) from unnest($1::text[]) as id where id not in (select id from clicks))::int as lost,
           (select count(distinct seq) - count(distinct id) from clicks)::int as doubled`,
        [ids],
      )
      return row ?? { lost: ids.length, doubled: 0 }
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

function idOf({ head }: Asked): string {
  return /^x-request-id: *(\S+)/imu.exec(head)?.[1] ?? 'none'
}

async function ask<Row>(url: string, sql: string, values: unknown[]): Promise<Row[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql, values)).rows as Row[]
  } finally {
    await client.end()
  }
}

/** Links that led where they lead, and slugs that nobody has and were said to be unknown. */
export function isGood({ slug, ending }: Asked): boolean {
  return ending === (isKnown(slug) ? 302 : 404)
}

/** Answers that are wrong whatever the load. */
export function wrongIn(asked: readonly Asked[]): Asked[] {
  const line = (head: string, name: string) =>
    new RegExp(`^${name}: *(.*)$`, 'imu').exec(head)?.[1]?.trim()
  return asked.filter(({ slug, ending, head }) => {
    if (typeof ending === 'string') return false
    if (line(head, 'date') === undefined) return true
    if (ending === 302) return !isKnown(slug) || line(head, 'location') !== destination
    if (ending === 404) return isKnown(slug)
    if (ending === 503) return line(head, 'retry-after') !== '1'
    return ending !== 429 || line(head, 'retry-after') === undefined
  })
}

/** Of those that got an answer, the percentage that was turned away. */
export function shedPercent(asked: readonly Asked[], which: 'known' | 'unknown'): number {
  const answered = asked.filter(
    ({ slug, ending }) => typeof ending === 'number' && isKnown(slug) === (which === 'known'),
  )
  const shed = answered.filter(({ ending }) => ending === 503).length
  return answered.length === 0 ? 0 : Math.round((shed / answered.length) * 1000) / 10
}

export function count(asked: readonly Asked[], ending: Asked['ending']): number {
  return asked.filter((each) => each.ending === ending).length
}

/** Milliseconds that 99 % of the good answers did not exceed. */
export function p99Ms(asked: readonly Asked[]): number {
  const sorted = asked
    .filter(isGood)
    .map(({ ms }) => ms)
    .sort((a, b) => a - b)
  return Math.round((sorted[Math.floor(sorted.length * 0.99)] ?? 0) * 10) / 10
}
