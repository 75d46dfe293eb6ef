// A Postgres of one test alone, migrated, and a streaming replica of it if wanted: to be treated badly.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { databaseUrls, prepareDatabases, type Role } from '@sleepwell/deploy-local/databases'
import { preparePostgres } from '@sleepwell/deploy-local/postgres'
import type { Postgres } from '@sleepwell/deploy-local/postgres-program'
import { prepareReplica } from '@sleepwell/deploy-local/postgres-replica'
import { sendToAll } from '@sleepwell/testing/engine'
import { Client, type QueryResultRow } from 'pg'
import { until } from '../api.ts'

export interface OwnServer extends AsyncDisposable {
  /** Of the links database; `postgres` is the superuser. */
  readonly url: (role: Role | 'postgres') => string
  /** With all its processes: alive, but silent, until thawed. */
  readonly freeze: () => void
  readonly thaw: () => void
  /** As kill -9 does to the postmaster; it is gone when this resolves. */
  readonly kill: () => Promise<void>
  /** On the same data and port; resolves when it answers. */
  readonly start: () => Promise<void>
  /** As the superuser, on a connection of its own. */
  readonly query: <Row extends QueryResultRow>(
    sql: string,
    values?: readonly unknown[],
  ) => Promise<Row[]>
}

export interface OwnPostgres extends AsyncDisposable {
  readonly primary: OwnServer
  readonly replica: OwnServer | undefined
}

const password = 'test'

export async function openOwnPostgres(
  options: { readonly replica?: boolean; readonly settings?: Record<string, string> } = {},
): Promise<OwnPostgres> {
  const open = new AsyncDisposableStack()
  const scratch = mkdtempSync(join(tmpdir(), 'sleepwell-own-postgres-'))
  open.defer(() => rmSync(scratch, { recursive: true }))
  // Postgres may have to run as somebody else.
  chmodSync(scratch, 0o755)
  const directory = join(scratch, 'primary')
  const settings = { fsync: 'off', shared_buffers: '32MB', ...options.settings }
  const program = await preparePostgres({ directory, password, settings })
  const primary = open.use(await startServer(program))
  await prepareDatabases(program.url, () => password)
  if (options.replica !== true)
    return { primary, replica: undefined, [Symbol.asyncDispose]: () => open.disposeAsync() }
  const replica = await prepareReplica({
    directory: join(scratch, 'replica'),
    primary: program,
    primaryDirectory: directory,
    password,
    settings,
    say: () => {},
  })
  return {
    primary,
    replica: open.use(await startServer(replica)),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

async function startServer(program: Postgres): Promise<OwnServer> {
  let child: ChildProcess
  const isOver = () => child.exitCode !== null || child.signalCode !== null
  const run = () => {
    child = program.spawn()
    child.stderr?.resume()
  }
  const start = async () => {
    run()
    await until(
      async () => {
        // What a killed postmaster leaves behind keeps the next one from starting for a moment.
        if (isOver()) run()
        return await program.isReady()
      },
      (ready) => ready,
    )
  }
  const thaw = () => sendToAll(child.pid ?? 0, 'SIGCONT')
  const end = async (signal: NodeJS.Signals) => {
    if (isOver()) return
    const exited = once(child, 'exit')
    thaw()
    child.kill(signal)
    await exited
  }
  const urlOf = databaseUrls(program.url, () => password)
  await start()
  return {
    url: (role) => (role === 'postgres' ? `${program.url}/links` : urlOf('links', role)),
    query: async (sql, values = []) => {
      const client = new Client({ connectionString: `${program.url}/links` })
      client.on('error', () => {})
      await client.connect()
      try {
        return (await client.query(sql, [...values])).rows
      } finally {
        await client.end()
      }
    },
    freeze: () => sendToAll(child.pid ?? 0, 'SIGSTOP'),
    thaw,
    kill: () => end('SIGKILL'),
    start,
    [Symbol.asyncDispose]: () => end(program.killSignal),
  }
}
