import { Socket } from 'node:net'
import { Pool, types, type PoolClient } from 'pg'
import { dropWithServer, expectWritable, isReadOnly } from './follow-primary.ts'
import { errorFields, type Logger } from './log.ts'
import { isUnavailable } from './unavailable.ts'

export interface PoolOptions {
  readonly url: string
  /** Shown in pg_stat_activity. */
  readonly name: string
  readonly max: number
  /** For a connection, and again for each statement: a frozen server is only noticed from this side. */
  readonly timeoutMs: number
  readonly log: Logger
  /** Whether it takes connections only to a server that takes writes; others are unavailable to it. */
  readonly writes?: boolean
}

/**
 * A pool whose every wait has an end. A statement that ran out of time is *indeterminate*; its connection is
 * destroyed, and nobody cancels it: a commit whose wait for a standby is cancelled says that it was done. bigint is
 * read as a number: ours stay far below 2^53.
 */
export function openPool(options: PoolOptions): Pool & AsyncDisposable {
  const { writes = false } = options
  const sockets = new Set<Socket>()
  const pool = new Pool({
    stream: () => {
      const socket = new Socket()
      sockets.add(socket)
      return socket.once('close', () => sockets.delete(socket))
    },
    connectionString: options.url,
    application_name: options.name,
    max: options.max,
    connectionTimeoutMillis: options.timeoutMs,
    query_timeout: options.timeoutMs,
    keepAlive: true,
    // Then every second, ten times: a machine that has vanished loses idle connections in 15 s. Without, in two hours.
    keepAliveInitialDelayMillis: 5_000,
    ...(writes && { verify: expectWritable }),
    // A first connection costs more than many a deadline here allows: those once made are kept.
    idleTimeoutMillis: 0,
    // A frozen server does not say goodbye; without this its idle connections would keep a stopped process.
    allowExitOnIdle: true,
    types: { getTypeParser: typeParser },
  })
  // Without a listener the loss of an idle connection would end the process.
  pool.on('error', (error) =>
    options.log.warn(errorFields(error), 'lost an idle database connection'),
  )
  // The same while it is checked out; there the statement that uses it rejects.
  pool.on('connect', (client) => client.on('error', () => {}))
  dropWithServer(pool, writes)
  return Object.assign(pool, {
    // Ending waits until the server hangs up, which a frozen one never does.
    [Symbol.asyncDispose]: async () => {
      const cut = setTimeout(() => {
        for (const socket of sockets) socket.destroy()
      }, options.timeoutMs)
      await pool.end()
      clearTimeout(cut)
      // Of connections that were closed, and whose server is silent.
      for (const socket of sockets) socket.unref()
    },
  })
}

export const typeParser: typeof types.getTypeParser = (id, format) =>
  id === types.builtins.INT8 ? Number : types.getTypeParser(id, format)

/**
 * Commits what `work` did unless it throws. Where the server turns out to take no writes, `work` is done once more on a
 * connection made since: nothing of it can have happened.
 */
export async function inTransaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  try {
    return await tryTransaction(pool, work)
  } catch (error) {
    if (!isReadOnly(error)) throw error
    return await tryTransaction(pool, work)
  }
}

/** A connection is used again only after its server has answered the rollback; one that ran out of time is not asked. */
async function tryTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let failed: unknown
  try {
    await client.query('begin')
    const result = await work(client)
    await commit(client)
    return result
  } catch (error) {
    failed = isUnavailable(error) ? error : await rollBack(client)
    throw error
  } finally {
    // Destroying the connection rolls back too, also when the server no longer answers.
    client.release(failed as Error | undefined)
  }
}

/** A wait for a standby that somebody has cancelled ends with a mere warning: what was committed may be lost. */
async function commit(client: PoolClient): Promise<void> {
  let warning: string | undefined
  const heard = (notice: { message: string | undefined }) => (warning = notice.message)
  client.on('notice', heard)
  await client.query('commit')
  client.off('notice', heard)
  // SQLSTATE of a transaction of which nobody knows how it ended.
  if (warning !== undefined) throw Object.assign(new Error(warning), { code: '08007' })
}

async function rollBack(client: PoolClient): Promise<unknown> {
  try {
    await client.query('rollback')
  } catch (error) {
    return error
  }
}
