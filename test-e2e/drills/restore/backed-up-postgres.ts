// A Postgres with a repository of backups, each of them on a machine of its own as far as files go: the one can be lost, data
// and all, and comes back from the other.
import { appendFileSync, chownSync, copyFileSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { initialise } from '@sleepwell/deploy-local/postgres-data'
import { freePort, host } from '@sleepwell/deploy-local/ports'
import { postgresUser, type PostgresUser } from '@sleepwell/deploy-local/postgres-user'
import { writePrivateFile } from '@sleepwell/deploy-local/private-file'
import { Client, type QueryResultRow } from 'pg'
import { type PgBackRest, preparePgBackRest, said, shipped } from './pgbackrest.ts'
import { findPostgresPrograms } from '../postgres-programs.ts'
import { killAllIn } from '../processes-in.ts'
import { type Machine, openRunDirectory } from '../run-directory.ts'
import { waitFor } from '../wait-for.ts'

export interface BackedUpPostgres extends AsyncDisposable {
  /** Of the superuser, without a database; the same after a restore. */
  readonly url: string
  readonly backUp: PgBackRest['backUp']
  /** Tells a database which backups there are, as the unit of systemd does. */
  readonly record: (database: string) => Promise<void>
  readonly info: PgBackRest['info']
  /** SIGKILL to all of it, and its data is gone. */
  readonly destroy: () => Promise<void>
  /**
   * From the repository alone, after `destroy`; resolves when it takes writes.
   *
   * @param until ISO 8601: as it was then; absent: up to the end of the archive
   */
  readonly restore: (
    until?: string,
  ) => Promise<{ readonly restoredMs: number; readonly upMs: number }>
  /** As the superuser, on a connection of its own. */
  readonly query: <Row extends QueryResultRow>(database: string, sql: string) => Promise<Row[]>
}

const password = 'test'
const settings = { max_connections: '200', shared_buffers: '32MB', listen_addresses: host }

/** Running, and archiving; without a backup yet. Beforehand: `ensureInstalled('drills')`. */
export async function openBackedUpPostgres(): Promise<BackedUpPostgres> {
  await using opening = new AsyncDisposableStack()
  const run = opening.use(openRunDirectory('restore'))
  const programs = findPostgresPrograms()
  const user = postgresUser([run.path], join(programs, 'postgres'))
  const machine = run.open('server', user.owner)
  const port = await freePort()
  const data = join(machine.directory, 'data')
  const passwordFile = join(machine.directory, 'pgpass')
  writePrivateFile(passwordFile, `*:*:*:*:${password}\n`, user.owner)
  const pgBackRest = preparePgBackRest({
    directory: own(user, join(machine.directory, 'pgbackrest')),
    repository: run.open('repository', user.owner).directory,
    data,
    socketDirectory: machine.directory,
    port,
    user,
    passphrase: 'test',
    passwordFile,
  })
  const url = `postgres://postgres:${password}@${host}:${port}`
  const query = async <Row extends QueryResultRow>(database: string, sql: string) => {
    const client = new Client({ connectionString: `${url}/${database}` })
    client.on('error', () => {})
    await client.connect()
    try {
      return (await client.query<Row>(sql)).rows
    } finally {
      await client.end()
    }
  }
  const untilIt = async (what: string, condition: string) => {
    const holds = async () => {
      const [row] = await query<{ holds: boolean }>('postgres', `select ${condition} as holds`)
      return row?.holds === true
    }
    await waitFor(`a Postgres that ${what}`, () => holds().catch(() => false), machine.lastWords)
  }
  const takesWrites = () => untilIt('takes writes', 'not pg_is_in_recovery()')
  const start = () =>
    startServer(machine, join(programs, 'postgres'), user, { data, port, env: pgBackRest.env })

  initialise(join(programs, 'initdb'), data, password, user)
  // With the lines that a person copies, as they are.
  const lines = join(machine.directory, 'backup.conf')
  copyFileSync(join(shipped, 'postgresql.conf'), lines)
  appendFileSync(join(data, 'postgresql.conf'), `include '${lines}'\n`)
  start()
  await takesWrites()
  await pgBackRest.run('stanza-create')
  await pgBackRest.run('check')

  const open = opening.move()
  return {
    url,
    query,
    backUp: pgBackRest.backUp,
    record: async (database) => {
      const place = ['-h', machine.directory, '-p', String(port), '-U', 'postgres', '-d', database]
      const file = join(machine.directory, 'record-backups.sql')
      copyFileSync(join(shipped, 'record-backups.sql'), file)
      const {
        file: psql,
        words,
        ids,
      } = user.command(join(programs, 'psql'), ['-X', '-q', ...place, '-f', file])
      await said(psql, words, {
        ...ids,
        cwd: machine.directory,
        env: { ...process.env, ...pgBackRest.env },
      })
    },
    info: pgBackRest.info,
    destroy: async () => {
      await killAllIn(machine.directory)
      rmSync(data, { recursive: true })
    },
    restore: async (until) => {
      own(user, data)
      const startedAt = performance.now()
      const target = until === undefined ? [] : ['--type=time', `--target=${until}`]
      await pgBackRest.run(...target, 'restore')
      const restoredMs = performance.now() - startedAt
      start()
      if (until !== undefined) {
        // There somebody may look, and begin again with another moment.
        await untilIt('has stopped', `pg_get_wal_replay_pause_state() = 'paused'`)
        await query('postgres', 'select pg_wal_replay_resume()')
      }
      await takesWrites()
      return { restoredMs, upMs: performance.now() - startedAt }
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

function startServer(
  machine: Machine,
  postgres: string,
  user: PostgresUser,
  {
    data,
    port,
    env,
  }: { readonly data: string; readonly port: number; readonly env: PgBackRest['env'] },
): void {
  const all = { ...settings, port: String(port), unix_socket_directories: machine.directory }
  const flags = Object.entries(all).flatMap(([key, value]) => ['-c', `${key}=${value}`])
  machine.start({ ...user.command(postgres, ['-D', data, ...flags]), env })
}

/** A directory of Postgres' user; made if absent. */
function own({ owner }: PostgresUser, directory: string): string {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  if (owner !== undefined) chownSync(directory, owner.uid, owner.gid)
  return directory
}
