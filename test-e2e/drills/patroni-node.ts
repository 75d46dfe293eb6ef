// One machine of the cluster: Patroni, and the Postgres that it looks after.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { postgresUser } from '@sleepwell/deploy-local/postgres-user'
import { patroniConfig, type PatroniConfigOptions } from './patroni-config.ts'
import { inside, type Place } from './node-network.ts'
import { findPostgresPrograms } from './postgres-programs.ts'
import { killAllIn, signalAllIn } from './processes-in.ts'
import type { Backend } from './postgres-front.ts'
import type { RunDirectory } from './run-directory.ts'

export interface RawNode extends Backend {
  /** Of the superuser, without a database. */
  readonly url: string
  readonly restUrl: string
  readonly place: Place
  readonly start: () => void
  readonly signal: (signal: NodeJS.Signals) => void
  readonly signalPostgres: (signal: NodeJS.Signals) => void
  /** Resolves when nothing of it runs. */
  readonly end: () => Promise<void>
  readonly lastWords: () => string
}

export type NodeOptions = Pick<
  PatroniConfigOptions,
  'name' | 'etcd' | 'password' | 'times' | 'synchronous' | 'settings'
> & {
  readonly place: Place
  readonly ports: Backend['ports']
}

/** Everything is ready for it to be started, again and again. */
export function prepareNode(run: RunDirectory, options: NodeOptions): RawNode {
  const { name, password, place, ports } = options
  const { host, enter } = place
  const programs = findPostgresPrograms()
  const user = postgresUser([run.path], join(programs, 'postgres'))
  const machine = run.open(name, user.owner)
  const { directory } = machine
  const file = join(run.path, `${name}.yaml`)
  writeFileSync(file, patroniConfig({ ...options, host, directory, programs }), {
    mode: 0o644,
  })
  return {
    name,
    host,
    place,
    ports,
    url: `postgres://postgres:${password}@${host}:${ports.postgres}`,
    restUrl: `http://${host}:${ports.rest}`,
    start: () => machine.start(inside(enter, user.command('patroni', [file]))),
    signal: (signal) => signalAllIn(directory, signal),
    signalPostgres: (signal) => signalAllIn(join(directory, 'data'), signal),
    end: () => killAllIn(directory),
    lastWords: machine.lastWords,
  }
}
