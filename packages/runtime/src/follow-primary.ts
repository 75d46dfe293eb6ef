// The address of a primary leads to another server after a failover, and connections stay with the one that they were
// made to: it may go on answering reads, and take no write any more.
import { types } from 'node:util'
import type { Client, Pool, PoolClient } from 'pg'

/** SQLSTATE of a write on a server in recovery, or on one that was told to take none. */
const readOnly = '25006'
/** SQLSTATE of a server to which nobody can connect now. Connections made before may be to another one, which works. */
const notNow = '57P03'
const refusal = 'the server takes no writes'

export function isReadOnly(error: unknown): boolean {
  return Object(error).code === readOnly
}

/** For a new connection: pg has no target_session_attrs. On in recovery, and where an operator has said so. */
export function expectWritable(client: PoolClient, told: (error?: Error) => void): void {
  client.query<{ transaction_read_only: string }>(
    'show transaction_read_only',
    (error: Error | undefined, result) => {
      const isWritable = result?.rows[0]?.transaction_read_only === 'off'
      told(error ?? (isWritable ? undefined : Object.assign(new Error(refusal), { code: notNow })))
    },
  )
}

/**
 * Once a server has refused a write, no connection is used again that was made before: those that are idle are closed
 * at once, the others when they are given back. Once it was silent for a whole deadline, a pool that writes closes those
 * that are idle too: if the server has vanished, each of them would cost another write its deadline.
 */
export function dropWithServer(pool: Pool, writes: boolean): void {
  const madeIn = new WeakMap<object, number>()
  let era = 0
  const closeIdle = () => {
    for (let i = pool.idleCount; i > 0; i--) pool.connect((_, idle) => idle?.release(true))
  }
  pool.on('connect', (client) => madeIn.set(client, era))
  pool.on('release', (error, client) => {
    if (isReadOnly(error) && madeIn.get(client) === era) {
      era += 1
      closeIdle()
    } else if (writes && isSilence(error)) closeIdle()
    // A pool keeps none that has ended.
    if (madeIn.get(client) !== era) void (client as unknown as Client).end()
  })
}

/** What pg says when it has waited for `query_timeout`. */
function isSilence(error: unknown): boolean {
  return types.isNativeError(error) && error.message === 'Query read timeout'
}
