// Three redirect processes behind HAProxy, with one Postgres for links and clicks.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openTestDatabase } from '@sleepwell/testing/postgres'
import { Pool } from 'pg'
import { freeRow } from '../ports.ts'
import { startHaproxy } from './haproxy.ts'
import { startService, type ServiceProcess } from './service-process.ts'

export interface Fleet extends AsyncDisposable {
  /** Through HAProxy. */
  readonly shortLink: string
  /** Those that run now. */
  readonly processes: readonly ServiceProcess[]
  /** To the same destination. */
  readonly addLink: (slug: string) => Promise<void>
  /** Sends the signal, and when the process has ended starts another one in its place; to its exit code. */
  readonly restart: (place: number, signal: NodeJS.Signals) => Promise<number | null>
  /** Stops all processes, each of which has then shipped its spool, and compares the click log with the answers. */
  readonly stopAndRecount: (answered: readonly string[]) => Promise<ClickLogRecount>
}

export interface ClickLogRecount {
  readonly lost: number
  readonly doubled: number
  /** On the click log without an answer that anybody got. */
  readonly unanswered: number
}

export interface FleetOptions {
  readonly settings?: Readonly<Record<string, string>>
  /** What a line of HAProxy's configuration shall be instead. */
  readonly instead?: Readonly<Record<string, string>>
}

const slug = 'home'
const places = [0, 1, 2] as const

export async function openFleet({ settings = {}, instead = {} }: FleetOptions): Promise<Fleet> {
  await using opening = new AsyncDisposableStack()
  const links = opening.use(await openTestDatabase('links'))
  const analytics = opening.use(await openTestDatabase('analytics'))
  const scratch = mkdtempSync(join(tmpdir(), 'sleepwell-fleet-'))
  opening.defer(() => rmSync(scratch, { recursive: true }))
  const addLink = async (slug: string) => {
    const text = `
      insert into links (id, owner_id, domain, slug, destination)
      values (gen_random_uuid(), 'acme', '@', $1, 'https://example.com/')`
    await query(links.url('links_owner'), text, [slug])
  }
  await addLink(slug)
  const firstPort = await freeRow()
  const start = (place: number) =>
    startService('redirect', {
      LINKS_URL: links.url('redirect'),
      LINKS_TIMEOUT_MS: '5000',
      CLICK_LOG_URL: analytics.url('redirect'),
      SPOOL_DIR: join(scratch, `spool-${place}`),
      VISITOR_KEY: 'k'.repeat(32),
      TRUSTED_PROXIES: '127.0.0.1/32',
      PORT: String(firstPort + place),
      ADMIN_PORT: String(firstPort + place + 1000),
      UV_THREADPOOL_SIZE: '16',
      ...settings,
    })
  const processes = await Promise.all(places.map(start))
  const stop = () => Promise.all(processes.map((one) => one[Symbol.asyncDispose]()))
  opening.defer(async () => void (await stop()))
  const port = firstPort + places.length
  opening.use(await startHaproxy({ port, firstPort, scratch, instead }))
  const open = opening.move()
  return {
    shortLink: `http://127.0.0.1:${port}/${slug}`,
    processes,
    addLink,
    restart: async (place, signal) => {
      const process = processes[place]
      process?.send(signal)
      const code = (await process?.ended) ?? null
      processes[place] = await start(place)
      return code
    },
    stopAndRecount: async (answered) => {
      for (const process of processes) process.send('SIGINT')
      const codes = await Promise.all(processes.map((process) => process.ended))
      if (codes.some((code) => code !== 0)) throw new Error(`ended with ${codes.join(', ')}`)
      const [counts] = await query<ClickLogRecount>(analytics.url('postgres'), statement, [
        answered,
      ])
      if (counts === undefined) throw new Error('nothing was counted')
      return counts
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

// A record may be there twice under the same number: readers count it once.
const statement = `
  with records as materialized (
    select convert_from(value, 'UTF8')::jsonb as record from click_log
  ), clicks as materialized (
    select distinct record ->> 'id' as id, record ->> 'spool' as spool, record ->> 'seq' as seq
    from records where record ->> 'type' = 'click'
  ), answered as materialized (
    select unnest($1::text[]) as id
  )
  select
    (select count(*)::int from answered where id not in (select id from clicks)) as lost,
    (select count(*) - count(distinct id) from clicks)::int as doubled,
    (select count(*)::int from clicks where id not in (select id from answered)) as unanswered`

async function query<Row extends object>(
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const pool = new Pool({ connectionString: url, max: 1 })
  try {
    return (await pool.query<Row>(text, [...values])).rows
  } finally {
    await pool.end()
  }
}
