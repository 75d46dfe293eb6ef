// An earlier release and this one, each with its three services, on one pair of databases that begin with the earlier schema.
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { openTestDatabase } from '@sleepwell/testing/postgres'
import { Client } from 'pg'
import { startService, type ServiceProcess } from '../faults/service-process.ts'
import type { Access, Service as AnyService, System } from '../system.ts'
import { checkOut } from './earlier-release.ts'

export interface TwoReleases extends AsyncDisposable {
  /** Leads in turn to each process that runs now. */
  readonly access: Access
  readonly query: System['query']
  readonly earlier: Release
  readonly current: Release
  /** How often a database has refused a redirect the read of a link. */
  readonly failedReads: () => Promise<number>
  /** To the schema of this release; resolves to the names of the migrations that it took. */
  readonly migrate: () => Promise<string[]>
}

export interface Release {
  /** Once it is ready it gets its share. */
  readonly start: () => Promise<void>
  /** Nobody is sent there any more, then it is told to stop; rejects if it does not end in order. */
  readonly stop: () => Promise<void>
}

type Service = Exclude<AnyService, 'dashboard'>

const services: readonly Service[] = ['redirect', 'link-write', 'analytics']
const root = fileURLToPath(new URL('../../', import.meta.url))
/** Whoever was sent there is answered by then. */
const lastAnswerMs = 1_000

export async function openTwoReleases(commit: string): Promise<TwoReleases> {
  await using opening = new AsyncDisposableStack()
  const scratch = mkdtempSync(join(tmpdir(), 'sleepwell-releases-'))
  opening.defer(() => rmSync(scratch, { recursive: true, force: true }))
  const before = join(scratch, 'earlier')
  mkdirSync(before)
  checkOut(commit, before)
  const databases = {
    links: opening.use(await openTestDatabase('links', 'empty')),
    analytics: opening.use(await openTestDatabase('analytics', 'empty')),
  }
  const { links, analytics } = databases
  const migrate = async (checkout: string) => {
    await job(checkout, 'link-write', ['migrate.ts'], { LINKS_OWNER_URL: links.url('links_owner') })
    const ANALYTICS_OWNER_URL = analytics.url('analytics_owner')
    await job(checkout, 'analytics', ['migrate.ts'], { ANALYTICS_OWNER_URL })
  }
  await migrate(before)
  const words = ['create-key.ts', '--owner', 'acme', '--scopes', 'admin']
  const printed = await job(before, 'link-write', words, { LINKS_URL: links.url('link_write') })

  const running: Record<Service, ServiceProcess[]> = {
    redirect: [],
    'link-write': [],
    analytics: [],
  }
  opening.defer(async () => {
    const all = Object.values(running).flat()
    await Promise.all(all.map((process) => process[Symbol.asyncDispose]()))
  })
  const settings: Readonly<Record<Service, Readonly<Record<string, string>>>> = {
    redirect: {
      LINKS_URL: links.url('redirect'),
      LINKS_TIMEOUT_MS: '5000',
      CLICK_LOG_URL: analytics.url('redirect'),
      VISITOR_KEY: 'k'.repeat(32),
    },
    'link-write': { LINKS_URL: links.url('link_write') },
    analytics: { ANALYTICS_URL: analytics.url('analytics'), LINKS_URL: links.url('analytics') },
  }
  let failedReads = 0
  const release = (name: string, checkout: string): Release => {
    const own = new Map<Service, ServiceProcess>()
    return {
      start: async () => {
        for (const service of services) {
          const env = { ...settings[service], SPOOL_DIR: join(scratch, `spool-${name}`) }
          const process = await startService(service, env, undefined, checkout)
          own.set(service, process)
          running[service].push(process)
        }
      },
      stop: async () => {
        for (const [service, process] of own) {
          running[service] = running[service].filter((one) => one !== process)
          await sleep(lastAnswerMs)
          if (service === 'redirect') failedReads += await failedReadsOf(process)
          process.send('SIGTERM')
          const code = await process.ended
          if (code !== 0)
            throw new Error(`${name} ${service} ended with ${code}:\n${process.log()}`)
        }
        own.clear()
      },
    }
  }
  const query: System['query'] = async (database, sql, values = []) => {
    const client = new Client({ connectionString: databases[database].url('postgres') })
    await client.connect()
    try {
      return (await client.query(sql, [...values])).rows
    } finally {
      await client.end()
    }
  }
  const migrations = async () => {
    const names = (['links', 'analytics'] as const).map(
      async (database) => await query<{ name: string }>(database, 'select name from migrations'),
    )
    return (await Promise.all(names)).flat().map(({ name }) => name)
  }
  const open = opening.move()
  return {
    access: inTurn(running, /\bsw_[0-9A-Za-z]+/u.exec(printed)?.[0] ?? ''),
    query,
    earlier: release('earlier', before),
    current: release('current', root),
    failedReads: async () => {
      const now = await Promise.all(running.redirect.map(failedReadsOf))
      return now.reduce((sum, one) => sum + one, failedReads)
    },
    migrate: async () => {
      const had = await migrations()
      await migrate(root)
      return (await migrations()).filter((name) => !had.includes(name))
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

async function failedReadsOf(redirect: ServiceProcess): Promise<number> {
  return await redirect.metric('redirect_link_reads_total{tier="primary",result="failed"')
}

function inTurn(running: Readonly<Record<Service, readonly ServiceProcess[]>>, apiKey: string) {
  let turn = 0
  const next = (service: Service) => {
    const those = running[service]
    return those[turn++ % those.length]?.url ?? 'http://nobody.invalid'
  }
  const access: Access = {
    get redirect() {
      return next('redirect')
    },
    get linkWrite() {
      return next('link-write')
    },
    get analytics() {
      return next('analytics')
    },
    apiKey,
    engines: {},
  }
  return access
}

async function job(
  checkout: string,
  service: Service,
  [file = '', ...words]: readonly string[],
  env: Record<string, string>,
): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [`src/${file}`, ...words], {
    cwd: join(checkout, 'services', service),
    env: { ...process.env, NODE_OPTIONS: '', ...env },
  })
  return stdout
}
