import type { Pool } from 'pg'
import { errorFields, type Logger } from '@sleepwell/runtime/log'
import { deleteRecords } from './postgres-log-table.ts'

/** Small enough that publishers never notice. */
const chunk = 5_000
const everyMs = 1_000

export interface ConsumedRecords {
  /** Records below `offset` are no longer needed. Returns at once; a failure only puts it off. */
  readonly below: (offset: number) => void
  readonly settled: () => Promise<void>
}

/** Deletes what was consumed, behind the reader of one partition. */
export function createConsumedRecords(pool: Pool, partition: number, log: Logger): ConsumedRecords {
  let from = 0
  let before = 0
  let nextAt = 0
  let running: Promise<void> | undefined

  async function trim(): Promise<void> {
    try {
      while (from < before) from = await deleteRecords(pool, partition, from, before, chunk)
    } catch (error) {
      log.warn({ partition, ...errorFields(error) }, 'could not trim the click log')
    }
  }

  return {
    below: (offset) => {
      before = Math.max(before, offset)
      const now = performance.now()
      if (running !== undefined || from >= before || now < nextAt) return
      nextAt = now + everyMs
      running = trim().finally(() => (running = undefined))
    },
    settled: async () => running,
  }
}
