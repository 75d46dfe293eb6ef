import type { Pool } from 'pg'
import { errorFields, type Logger } from '@sleepwell/runtime/log'
import type { ConsumeOptions } from './click-log.ts'
import { createConsumedRecords, type ConsumedRecords } from './consumed-records.ts'
import type { LockSession } from './lock-session.ts'
import { jittered, pause } from './pause.ts'
import { findEnd, findRecords } from './postgres-log-table.ts'

const batchSize = 2000
const beginAnewMs = 500

export interface ReaderDeps {
  readonly pool: Pool
  readonly session: LockSession
  readonly options: ConsumeOptions
  readonly log: Logger
  readonly pollMs: number
}

export interface PartitionReader {
  /** Resolves when no `handle` runs any more and none will be called. */
  readonly stop: () => Promise<void>
}

/** Reads one partition until stopped. */
export function startReader(deps: ReaderDeps, partition: number): PartitionReader {
  const stopping = new AbortController()
  const running = keepReading(
    deps,
    partition,
    AbortSignal.any([stopping.signal, deps.session.lost]),
  )
  return {
    stop: () => {
      stopping.abort()
      return running
    },
  }
}

async function keepReading(deps: ReaderDeps, partition: number, over: AbortSignal): Promise<void> {
  const consumed = createConsumedRecords(deps.pool, partition, deps.log)
  while (!over.aborted) {
    try {
      await readOn(deps, partition, consumed, over)
    } catch (error) {
      // The consumer itself tells of a lost session, once for all its partitions.
      if (over.aborted) break
      deps.log.warn({ partition, ...errorFields(error) }, 'a partition is begun anew')
      await pause(jittered(beginAnewMs), over)
    }
  }
  await consumed.settled()
}

async function readOn(
  deps: ReaderDeps,
  partition: number,
  consumed: ConsumedRecords,
  over: AbortSignal,
): Promise<void> {
  const { session, options } = deps
  const start = await options.startAt(partition, () =>
    session.ask((client) => findEnd(client, partition)),
  )
  let offset = start === 'earliest' ? 0 : start
  while (!over.aborted) {
    const from = offset
    const records = await session.ask((client) => findRecords(client, partition, from, batchSize))
    if (over.aborted) return
    offset = await options.handle(partition, records)
    consumed.below(offset)
    // A batch that was not full is worth waiting for: fewer, larger transactions.
    if (records.length < batchSize) await pause(deps.pollMs, over)
  }
}
