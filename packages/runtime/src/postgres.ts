import { Socket } from 'node:net'
import { Pool, types, type PoolClient } from 'pg'
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
}

/**
 * A pool whose every wait has an end. A statement that ran out of time is *indeterminate*; its connection is
 * destroyed. bigint is read as a number: ours stay far below 2^53.
 */
export function openPool(options: PoolOptions): Pool & AsyncDisposable {
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
  return Object.assign(pool, {
    // Ending waits until the server hangs up, which a frozen one never does.
    [Symbol.asyncDispose]: async () => {
      const cut = setTimeout(() => {
        for (const socket of sockets) socket.destroy()
      }, options.timeoutMs)
      await pool.end()
      clearTimeout(cut)
    },
  })
}

export const typeParser: typeof types.getTypeParser = (id, format) =>
  id === types.builtins.INT8 ? Number : types.getTypeParser(id, format)

/**
 * Commits what `work` did unless it throws. A connection is used again only after its server has answered the
 * rollback; one that ran out of time is not asked.
 */
export async function inTransaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect()
  let failed: unknown
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    failed = isUnavailable(error) ? error : await rollBack(client)
    throw error
  } finally {
    // Destroying the connection rolls back too, also when the server no longer answers.
    client.release(failed !== undefined)
  }
}

async function rollBack(client: PoolClient): Promise<unknown> {
  try {
    await client.query('rollback')
  } catch (error) {
    return error
  }
}
