import type { LogRecord } from '@sleepwell/click-log/click-log'
import { bulkhead } from 'cockatiel'
import { mergeBatches, sortRecords, type ClickBatch, type Window } from './click-batch.ts'
import { columnsOf, type ClickColumns } from './click-table.ts'
import { inTurns } from './in-turns.ts'

/** A batch as a transaction takes it, so that as little as possible is left to do while others wait for its end. */
export interface PreparedBatch {
  readonly batch: ClickBatch
  /** Of its clicks, in pieces. */
  readonly columns: readonly ClickColumns[]
}

/** One batch after the other: half of each of six would be of no use to the database. */
export function createPrepare(): (
  records: readonly LogRecord[],
  window: Window,
) => Promise<PreparedBatch> {
  const oneAtATime = bulkhead(1, Number.MAX_SAFE_INTEGER)
  return (records, window) => oneAtATime.execute(() => prepare(records, window))
}

async function prepare(records: readonly LogRecord[], window: Window): Promise<PreparedBatch> {
  const batches: ClickBatch[] = []
  const columns: ClickColumns[] = []
  for await (const some of inTurns(records)) {
    const batch = sortRecords(some, window)
    batches.push(batch)
    if (batch.clicks.length > 0) columns.push(columnsOf(batch.clicks))
  }
  return { batch: mergeBatches(batches), columns }
}
