// For tests: one link, a click log behind a gate, a spool that outlives its process, and a recount of the log by SQL.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { full } from '@sleepwell/testing/fault-run'
import { openTestDatabase } from '@sleepwell/testing/postgres'
import { Client } from 'pg'
import { startProcess, startRedirect, type RedirectProcess } from '../test-process.ts'
import { openGate, type Gate } from '@sleepwell/testing/gate'
import { recount, type Recount } from './test-recount.ts'
import {
  startVisitors,
  type Answered,
  type Visitors,
  type VisitorsOptions,
} from './test-visitors.ts'

export interface Ground extends AsyncDisposable {
  readonly spool: string
  /** Behind the gate. */
  readonly clickLogUrl: string
  /** Of the click log. */
  readonly gate: Gate
  /** The service, or with `naive` one that keeps clicks as it is often done. */
  readonly start: (settings?: Record<string, string>, preload?: string) => Promise<RedirectProcess>
  readonly startNaive: (how: 'memory' | 'file') => Promise<RedirectProcess>
  readonly visitors: (options?: VisitorsOptions) => Visitors
  readonly recount: (answered: readonly Answered[]) => Promise<Recount>
  /** That the log received. */
  readonly heartbeats: () => Promise<number>
  /** Of clicks that the naive process was to append to a file. */
  readonly inNaiveFile: (answered: readonly Answered[]) => { lost: number; doubled: number }
  /** On the links database, as its owner. */
  readonly asOwner: (sql: string) => Promise<void>
}

const slug = 'home'

/** @param spool made, and removed afterwards, if absent */
export async function openGround(spool?: string): Promise<Ground> {
  await using opening = new AsyncDisposableStack()
  const links = opening.use(await openTestDatabase('links'))
  const analytics = opening.use(await openTestDatabase('analytics'))
  const log = new URL(analytics.url('redirect'))
  const gate = opening.use(await openGate(Number(log.port)))
  log.host = `127.0.0.1:${gate.port}`
  const directory = spool ?? mkdtempSync(join(tmpdir(), 'sleepwell-fault-'))
  if (spool === undefined) opening.defer(() => rmSync(directory, { recursive: true }))
  const asOwner = async (sql: string) => {
    await using owner = await connected(links.url('links_owner'))
    await owner.query(sql)
  }
  await asOwner(
    `insert into links (id, owner_id, domain, slug, destination)
     values (gen_random_uuid(), 'acme', '@', '${slug}', 'https://example.com/')`,
  )
  const naiveFile = join(directory, 'clicks')
  let target = 'http://127.0.0.1:1'
  const shared = {
    LINKS_URL: links.url('redirect'),
    LINKS_TIMEOUT_MS: '5000',
    CLICK_LOG_URL: log.href,
    SPOOL_DIR: join(directory, 'spool'),
    DRAIN_LIMIT_SECONDS: '60',
    UV_THREADPOOL_SIZE: '16',
    SHEDDING: full ? 'on' : 'off',
  }
  const open = opening.move()
  const running = async (starting: Promise<RedirectProcess>) => {
    const process = open.use(await starting)
    if (process.visitors.endsWith('undefined')) throw new Error(`no start: ${process.mistakes}`)
    target = `${process.visitors}/${slug}`
    return process
  }
  return {
    spool: shared.SPOOL_DIR,
    clickLogUrl: log.href,
    gate,
    start: (settings, preload) => running(startRedirect({ ...shared, ...settings }, preload)),
    startNaive: (how) =>
      running(startProcess(['src/faults/test-naive-redirect.ts', how, log.href, naiveFile])),
    visitors: (options) => startVisitors(() => target, options),
    recount: async (answered) => {
      await using client = await connected(analytics.url('postgres'))
      return await recount(client, answered)
    },
    heartbeats: async () => {
      await using client = await connected(analytics.url('postgres'))
      const { rows } = await client.query<{ count: number }>(
        `select count(*)::int as count from click_log
         where convert_from(value, 'UTF8')::jsonb ->> 'type' = 'heartbeat'`,
      )
      return rows[0]?.count ?? 0
    },
    inNaiveFile: (answered) => {
      const text = readFileSync(naiveFile, 'utf8')
      const ids = Array.from(text.matchAll(/"id":"([^"]+)"/gu), ([, id]) => id)
      const found = new Set(ids)
      const lost = answered.filter(({ id }) => !found.has(id)).length
      return { lost, doubled: ids.length - found.size }
    },
    asOwner,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

async function connected(url: string) {
  const client = new Client({ connectionString: url })
  await client.connect()
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() })
}
