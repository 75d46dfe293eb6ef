import type { Logger } from '@sleepwell/runtime/log'
import { openPool } from '@sleepwell/runtime/postgres'
import type { ClickLog } from './click-log.ts'
import { startConsumer } from './postgres-consumer.ts'
import { findBounds, findCluster, insertRecords } from './postgres-log-table.ts'

export interface PostgresClickLogOptions {
  readonly url: string
  readonly log: Logger
  /** For a connection, and for each statement. */
  readonly timeoutMs?: number
  /** Pause of a reader that has read everything. */
  readonly pollMs?: number
  /** How often consumers look whether the partitions are shared out fairly. */
  readonly balanceMs?: number
  /** After which a consumer that hangs loses its partitions; several times the two above. */
  readonly silenceMs?: number
}

/** `turn` is an integer of Postgres; nothing depends on where it starts again. */
const maxTurn = 2 ** 31

/** The click log as tables in the analytics database. Connects when it is first used, and again whenever needed. */
export function openPostgresClickLog(options: PostgresClickLogOptions): ClickLog {
  const { url, log, timeoutMs = 2_000 } = options
  const { pollMs = 100, balanceMs = 1_000, silenceMs = 10_000 } = options
  // One connection holds the partitions, the others publish and trim.
  const pool = openPool({ url, log, timeoutMs, name: 'click-log', max: 4, writes: true })
  const consumers = new Set<AsyncDisposable>()
  let turn = Math.floor(Math.random() * maxTurn)
  let cluster: string | undefined
  return {
    cluster: async () => (cluster ??= await findCluster(pool)),
    publish: async (records) => {
      if (records.length === 0) return
      turn = (turn + 1) % maxTurn
      await insertRecords(pool, turn, records)
    },
    consume: (consumeOptions) => {
      const pace = { pollMs, balanceMs, silenceMs }
      const consumer = startConsumer({ pool, log, options: consumeOptions, ...pace })
      consumers.add(consumer)
      return consumer
    },
    bounds: () => findBounds(pool),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...consumers].map((consumer) => consumer[Symbol.asyncDispose]()))
      if (!pool.ending) await pool.end()
    },
  }
}
