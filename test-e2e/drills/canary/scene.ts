// Ten redirects behind a HAProxy, one Postgres, a Prometheus that asks each of them once a second, and what a release needs to know of it.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { httpProgram } from '@sleepwell/deploy-local/monitoring/http-program'
import { freePort } from '@sleepwell/deploy-local/ports'
import { supervise } from '@sleepwell/deploy-local/supervise'
import type { ReleaseRecord } from '@sleepwell/deploy-release/record'
import { insertLinks } from '../../faults/links-in-postgres.ts'
import { startHaproxy } from '../../faults/haproxy.ts'
import { openControl } from '../../release/control.ts'
import { startReleaseCommand, type ReleaseCommand } from '../../release/release-command.ts'
import { type Access, startSystem, type System } from '../../system.ts'
import { environmentOf } from '../process-environment.ts'
import { type Exposure, watchExposure } from './exposure.ts'
import { openFleet } from './fleet.ts'
import { type Fault, makeRelease } from './make-release.ts'

export interface Scene extends AsyncDisposable {
  readonly system: System
  /** Through HAProxy. */
  readonly access: Access
  readonly makeRelease: (name: string, fault?: Fault) => string
  /** @param floor whether the tool may visit the canary itself */
  readonly release: (directory: string, floor: boolean) => ReleaseCommand
  readonly exposureTo: (directory: string) => Promise<Exposure>
  /** Of the newest one. */
  readonly record: () => ReleaseRecord
  readonly running: () => readonly string[]
}

export interface SceneOptions {
  readonly links: number
  readonly timeScale: number
  readonly say: (line: string) => void
}

const count = 10
const backends = ['redirects', 'anybody']

export async function openScene({ links, timeScale, say }: SceneOptions): Promise<Scene> {
  await using opening = new AsyncDisposableStack()
  const scratch = mkdtempSync(join(tmpdir(), 'sleepwell-canary-'))
  opening.defer(() => rmSync(scratch, { recursive: true, force: true }))
  const system = opening.use(await startSystem())
  await insertLinks((sql, values) => system.query('links', sql, values), links)
  const row = Array.from({ length: count }, (_, i) => i)
  const firstPort = await freePort([...row, count, ...row.map((i) => i + 1000)])
  const { PORT: _, ADMIN_PORT: _admin, ...given } = environmentOf(system.pidOf('redirect'))
  const fleet = opening.use(
    openFleet({
      count,
      firstPort,
      scratch,
      say,
      settings: {
        ...given,
        TRUSTED_PROXIES: '127.0.0.1/32',
        DRAIN_DELAY_SECONDS: '1',
        // Ten of them share a machine with their visitors: whom a busy one turns away says nothing of a release.
        SHEDDING: 'off',
        LINKS_TIMEOUT_MS: '1000',
      },
    }),
  )
  const first = makeRelease(scratch, 'first')
  // Not all at once: a start takes a core for a second.
  for (const name of fleet.names) await fleet.run(name, first, 'ready')
  say('ten redirects run')

  const port = firstPort + count
  const haproxy = opening.use(await startHaproxy({ port, firstPort, processes: count, scratch }))
  const exposure = opening.use(watchExposure(haproxy.runtimeApi))
  const prometheus = await openPrometheus(
    opening,
    scratch,
    row.map((i) => `127.0.0.1:${firstPort + i + 1000}`),
  )
  const control = opening.use(
    await openControl({
      running: fleet.running,
      run: async (server, release) => {
        await exposure.runs(server, release)
        await fleet.run(server, release)
      },
    }),
  )
  const records = join(scratch, 'releases')
  const inventory = (floor: boolean) => {
    const path = join(scratch, floor ? 'release.json' : 'release-without-floor.json')
    const servers = fleet.names.map((name, i) => ({
      name,
      address: `127.0.0.1:${firstPort + i}`,
      admin: `127.0.0.1:${firstPort + i + 1000}`,
    }))
    const { run, running } = control
    const place = { haproxy: [haproxy.runtimeApi], backends, prometheus, servers, run, running }
    writeFileSync(path, JSON.stringify({ ...place, records, ...(!floor && { floor }) }))
    return path
  }
  const open = opening.move()
  return {
    system,
    access: { ...system.access, redirect: `http://127.0.0.1:${port}` },
    makeRelease: (name, fault) => makeRelease(scratch, name, fault),
    release: (directory, floor) =>
      open.use(
        startReleaseCommand(
          '--dir',
          directory,
          '--inventory',
          inventory(floor),
          '--time-scale',
          String(timeScale),
        ),
      ),
    exposureTo: exposure.of,
    record: () => {
      const names = readdirSync(records).filter((name) => /^\d.*\.json$/u.test(name))
      return JSON.parse(readFileSync(join(records, names.toSorted().at(-1) ?? ''), 'utf8')) as never
    },
    running: () => fleet.names.map(fleet.running),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

/** Resolves to its URL. */
async function openPrometheus(
  open: AsyncDisposableStack,
  scratch: string,
  targets: readonly string[],
): Promise<string> {
  const directory = join(scratch, 'prometheus')
  mkdirSync(directory)
  const file = join(directory, 'prometheus.yml')
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s' },
    scrape_configs: [{ job_name: 'redirect', static_configs: [{ targets }] }],
  }
  writeFileSync(file, JSON.stringify(config))
  const url = `http://127.0.0.1:${await freePort()}`
  const words = [
    'prometheus',
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(directory, 'data')}`,
    `--web.listen-address=${new URL(url).host}`,
  ]
  const program = httpProgram({ name: 'Prometheus', words, readyUrl: `${url}/-/ready` })
  const never = new AbortController().signal
  const running = open.use(supervise(program, { say: () => {}, hurry: never }))
  await running.ready
  return url
}
