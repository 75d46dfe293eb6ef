// The Postgres of the links in one region: the primary of all regions, or a standby that follows it across the cable. Whenever it
// is started it is a standby: only a promotion makes a primary, and a lost region that returns is fenced by that.
import { execFile } from 'node:child_process'
import { appendFileSync, chownSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { postgresUser } from '@sleepwell/deploy-local/postgres-user'
import { Client, type QueryResultRow } from 'pg'
import { inside, type Place } from '../node-network.ts'
import { findPostgresPrograms } from '../postgres-programs.ts'
import { commandOf, processesIn } from '../processes-in.ts'
import type { RunDirectory } from '../run-directory.ts'
import { waitFor } from '../wait-for.ts'

export interface LinksServer {
  readonly host: string
  readonly port: number
  /** Of the superuser, without a database. */
  readonly url: string
  readonly query: <Row extends QueryResultRow>(
    database: 'links' | 'postgres',
    sql: string,
    values?: readonly unknown[],
  ) => Promise<Row[]>
  /** Makes its data from nothing, with checksums, which pg_rewind asks for. */
  readonly make: () => Promise<void>
  /** Makes its data as a copy of the other one. */
  readonly copy: (primary: Endpoint) => Promise<void>
  /** Takes out of its data what the new primary never had, and gets what it lacks. Nothing of it runs. */
  readonly rewind: (primary: Endpoint) => Promise<void>
  /** As a standby of another one, or of nobody; resolves when it answers. */
  readonly start: (primary?: Endpoint) => Promise<void>
  /**
   * At once. A standby that was stopped in order counts as whole up to its last checkpoint, and pg_rewind (15) overlooks what it has
   * beyond; one that was cut short it recovers first, and sees all.
   */
  readonly stop: () => Promise<void>
  /** From now on its standbys receive nothing, as over a line that lags; until it is lost itself. */
  readonly freezeSenders: () => void
}

export interface Endpoint {
  readonly host: string
  readonly port: number
}

/** In its own file, as pg_rewind runs it too: without `wal_keep_size` its recovery would remove what pg_rewind then looks for. */
const settings = {
  wal_keep_size: '512MB',
  max_wal_senders: '10',
  shared_buffers: '128MB',
  hot_standby_feedback: 'on',
  wal_receiver_status_interval: '1s',
  wal_sender_timeout: '5s',
  wal_receiver_timeout: '5s',
  wal_retrieve_retry_interval: '500ms',
}
/** In a drill nobody else can come here. */
const access = ['host all all 0.0.0.0/0 trust', 'host replication all 0.0.0.0/0 trust']

export function prepareLinksServer(
  run: RunDirectory,
  name: string,
  place: Place,
  port: number,
): LinksServer {
  const programs = findPostgresPrograms()
  const user = postgresUser([run.path], join(programs, 'postgres'))
  const machine = run.open(name, user.owner)
  const { directory } = machine
  const data = join(directory, 'data')
  const { host, enter } = place
  const url = `postgres://postgres@${host}:${port}`
  const act = async (program: string, words: readonly string[]) => {
    const command = inside(enter, user.command(join(programs, program), words))
    await promisify(execFile)(command.file, [...command.words], { cwd: directory, ...command.ids })
  }
  const own = (file: string) => {
    if (user.owner !== undefined) chownSync(file, user.owner.uid, user.owner.gid)
  }
  const query: LinksServer['query'] = async (database, sql, values = []) => {
    const client = new Client({
      connectionString: `${url}/${database}`,
      connectionTimeoutMillis: 2_000,
      query_timeout: 10_000,
    })
    client.on('error', () => {})
    await client.connect()
    try {
      return (await client.query(sql, [...values])).rows
    } finally {
      await client.end()
    }
  }
  const answers = async () => {
    try {
      await query('postgres', 'select 1')
      return true
    } catch {
      return false
    }
  }
  const isOver = async () => processesIn(data).length === 0
  return {
    host,
    port,
    url,
    query,
    make: async () => {
      await act('initdb', [
        '-D',
        data,
        '-U',
        'postgres',
        '-E',
        'UTF8',
        '--locale=C',
        '-A',
        'trust',
        '-k',
      ])
      appendFileSync(join(data, 'pg_hba.conf'), `${access.join('\n')}\n`)
    },
    copy: async (primary) => {
      await act('pg_basebackup', [
        '-D',
        data,
        '-X',
        'stream',
        '-c',
        'fast',
        '-d',
        conninfo(primary),
      ])
    },
    rewind: async (primary) => {
      rmSync(join(data, 'standby.signal'))
      await act('pg_rewind', [
        '-D',
        data,
        `--source-server=${conninfo(primary)} dbname=postgres`,
        '--no-sync',
      ])
    },
    start: async (primary) => {
      const follows = primary && { primary_conninfo: conninfo(primary) }
      const lines = Object.entries({ ...settings, ...follows }).map(
        ([key, value]) => `${key} = '${value}'\n`,
      )
      for (const [file, text] of [
        ['postgresql.auto.conf', lines.join('')],
        ['standby.signal', ''],
      ] as const) {
        writeFileSync(join(data, file), text)
        own(join(data, file))
      }
      const flags = Object.entries({
        listen_addresses: host,
        port: String(port),
        unix_socket_directories: directory,
      }).flatMap(([key, value]) => ['-c', `${key}=${value}`])
      machine.start(inside(enter, user.command(join(programs, 'postgres'), ['-D', data, ...flags])))
      await waitFor(`${name} answers`, answers, machine.lastWords)
    },
    stop: async () => {
      const [postmaster] = processesIn(data)
      if (postmaster !== undefined) process.kill(postmaster, 'SIGQUIT')
      await waitFor(`${name} has stopped`, isOver, machine.lastWords)
    },
    freezeSenders: () => {
      for (const pid of processesIn(data))
        if (commandOf(pid).includes('walsender')) process.kill(pid, 'SIGSTOP')
    },
  }
}

function conninfo({ host, port }: Endpoint): string {
  return `host=${host} port=${port} user=postgres`
}
