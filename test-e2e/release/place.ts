// Three servers behind a HAProxy with the configuration that we publish, and the command that releases to them.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBalancers, type Balancers } from '@sleepwell/deploy-release/balancers'
import { createHaproxy } from '@sleepwell/deploy-release/haproxy'
import type { ReleaseRecord } from '@sleepwell/deploy-release/record'
import { startHaproxy } from '../faults/haproxy.ts'
import { freeRow } from '../ports.ts'
import { type ReleaseCommand, startReleaseCommand } from './release-command.ts'
import { openStandInPrometheus, type StandInPrometheus } from './stand-in-prometheus.ts'
import { openStandIns, type StandInServers } from './stand-in-servers.ts'

export interface ReleasePlace extends AsyncDisposable {
  readonly servers: StandInServers
  readonly prometheus: StandInPrometheus
  readonly balancers: Balancers
  /** With the inventory of this place, and the five minutes in three seconds. */
  readonly release: (...words: readonly string[]) => ReleaseCommand
  /** Oldest first. */
  readonly records: () => ReleaseRecord[]
}

export const names = ['redirect-1', 'redirect-2', 'redirect-3'] as const
export const canary = names[0]
const timeScale = 100

export async function openReleasePlace(): Promise<ReleasePlace> {
  await using opening = new AsyncDisposableStack()
  const scratch = mkdtempSync(join(tmpdir(), 'sleepwell-release-'))
  opening.defer(() => rmSync(scratch, { recursive: true }))
  const firstPort = await freeRow()
  const servers = opening.use(await openStandIns(names, firstPort))
  const ports = names.map((_, i) => firstPort + i + 1000)
  const nameAt = (port: number) => names[port - firstPort - 1000] ?? ''
  const prometheus = opening.use(
    await openStandInPrometheus(ports, (port) => servers.startOf(nameAt(port))),
  )
  const port = firstPort + names.length
  const instead = { 'slowstart 10s': 'slowstart 1s' }
  const haproxy = opening.use(await startHaproxy({ port, firstPort, scratch, instead }))
  const inventory = join(scratch, 'release.json')
  const backends = ['redirects', 'anybody']
  const given = {
    haproxy: [haproxy.runtimeApi],
    backends,
    prometheus: prometheus.url,
    servers: names.map((name, i) => ({
      name,
      address: `127.0.0.1:${firstPort + i}`,
      admin: `127.0.0.1:${firstPort + i + 1000}`,
    })),
    run: servers.run,
    running: servers.running,
    readySeconds: 3,
  }
  writeFileSync(inventory, JSON.stringify(given))
  const open = opening.move()
  return {
    servers,
    prometheus,
    balancers: createBalancers([createHaproxy(haproxy.runtimeApi)], backends, names),
    release: (...words) =>
      open.use(
        startReleaseCommand('--inventory', inventory, '--time-scale', String(timeScale), ...words),
      ),
    records: () =>
      readdirSync(join(scratch, 'releases'))
        .filter((name) => name.endsWith('.json'))
        .toSorted()
        .map((name) => JSON.parse(readFileSync(join(scratch, 'releases', name), 'utf8')) as never),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}
