// What may have to look at many links runs here: few at once, so that writes always find a connection, and each for so long only.
// It is read, so it may be cancelled; a write never is.
import { bulkhead } from 'cockatiel'
import type { Pool, PoolClient } from 'pg'

/** Runs a statement; `'too much'`: it was given up. */
export type LookThrough = <T>(
  statement: (client: PoolClient) => Promise<T>,
) => Promise<T | 'too much'>

export interface LookThroughOptions {
  readonly atOnce: number
  readonly waiting: number
  readonly limitMs: number
}

const canceled = '57014'

export function createLookThrough(
  postgres: Pool,
  { atOnce, waiting, limitMs }: LookThroughOptions,
): LookThrough {
  const places = bulkhead(atOnce, waiting)
  return (statement) =>
    places.execute(async () => {
      const client = await postgres.connect()
      let failed: unknown
      try {
        await client.query(`begin read only; set local statement_timeout = ${limitMs}`)
        const found = await statement(client)
        await client.query('commit')
        return found
      } catch (error) {
        failed = error
        if ((Object(error) as { code?: unknown }).code !== canceled) throw error
        return 'too much'
      } finally {
        // After an error the connection is closed, which ends the transaction too.
        client.release(failed as Error | undefined)
      }
    })
}
