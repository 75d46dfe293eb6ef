import type { Pool, PoolClient } from 'pg'
import { joinConsumers } from './postgres-partitions.ts'

/** The one connection of a consumer: it holds the locks of its partitions, and reads them. */
export interface LockSession extends AsyncDisposable {
  /** Aborted when the connection can no longer be trusted to hold its locks. */
  readonly lost: AbortSignal
  /** Runs `question` when those before it were answered. If it fails, the session is lost. */
  readonly ask: <T>(question: (client: PoolClient) => Promise<T>) => Promise<T>
}

/** @param silenceMs after which the server takes its locks from a session that asks nothing */
export async function openLockSession(pool: Pool, silenceMs: number): Promise<LockSession> {
  const client = await pool.connect()
  const lost = new AbortController()
  let last: Promise<unknown> = Promise.resolve()
  client.on('error', (error) => lost.abort(error))

  async function answer<T>(question: (client: PoolClient) => Promise<T>): Promise<T> {
    lost.signal.throwIfAborted()
    try {
      return await question(client)
    } catch (error) {
      lost.abort(error)
      throw error
    }
  }

  const session: LockSession = {
    lost: lost.signal,
    ask: (question) => {
      const answered = last.then(() => answer(question))
      last = answered.catch(() => {})
      return answered
    },
    // Closing it lets go of every lock at once.
    [Symbol.asyncDispose]: async () => client.release(true),
  }
  try {
    await session.ask((client) => joinConsumers(client, silenceMs))
    return session
  } catch (error) {
    client.release(true)
    throw error
  }
}
