// The one transaction in which a batch is counted: all of it, or nothing and the offset stays.
import { inTransaction } from '@sleepwell/runtime/postgres'
import type { Pool, PoolClient } from 'pg'
import type { ArrivedClick, ClickBatch, DeadLetter } from './click-batch.ts'
import { insertClicks } from './click-table.ts'
import { insertDeadLetters } from './dead-letter-table.ts'
import { insertDropped } from './dropped-table.ts'
import { moveOffset, type Partition } from './offset-table.ts'
import {
  settleHeartbeats,
  upsertHeartbeats,
  upsertSpools,
  type HeardSpool,
  type Heartbeat,
  type NumberRange,
} from './spool-table.ts'
import { insertVisitors } from './visitor-table.ts'

/** The step that a batch takes on its partition. */
export interface Step extends Partition {
  /** What this consumer last read or wrote, never the first offset of the batch. */
  readonly expected: number | null
  readonly next: number
}

export interface Stored {
  readonly counted: readonly ArrivedClick[]
  readonly deadLetters: readonly DeadLetter[]
}

/** `'fenced'`: another consumer has moved the offset, and nothing was stored. */
export function storeBatch(pool: Pool, step: Step, batch: ClickBatch): Promise<Stored | 'fenced'> {
  return inTransaction(pool, async (client) => {
    if (!(await moveOffset(client, step, step.expected, step.next))) return 'fenced'
    const counted = await storeClicks(client, batch.clicks)
    const deadLetters = await storeDeadLetters(client, step, batch.deadLetters)
    if (batch.dropped.length > 0) await insertDropped(client, batch.dropped)
    await storeSpools(client, batch, [
      ...counted.map(({ spool, seq }) => ({ spool, from: seq, to: seq })),
      ...deadLetters.flatMap(({ click }) =>
        click === undefined ? [] : [{ spool: click.spool, from: click.seq, to: click.seq }],
      ),
      ...batch.dropped,
    ])
    return { counted, deadLetters }
  })
}

async function storeClicks(
  client: PoolClient,
  clicks: readonly ArrivedClick[],
): Promise<ArrivedClick[]> {
  if (clicks.length === 0) return []
  const uniques = await insertVisitors(client, clicks)
  const inserted = await insertClicks(client, clicks, uniques)
  // Each id once, although a batch may hold the same click twice.
  return clicks.filter((click) => inserted.delete(click.id))
}

async function storeDeadLetters(
  client: PoolClient,
  step: Step,
  letters: readonly DeadLetter[],
): Promise<DeadLetter[]> {
  if (letters.length === 0) return []
  const kept = await insertDeadLetters(client, step, letters)
  return letters.filter((letter) => kept.has(letter.offset))
}

async function storeSpools(
  client: PoolClient,
  batch: ClickBatch,
  accounted: readonly NumberRange[],
): Promise<void> {
  const heard = heardSpools(batch)
  if (heard.length === 0) return
  await upsertSpools(client, heard, accounted)
  const heartbeats = newestHeartbeats(batch)
  if (heartbeats.length > 0) await upsertHeartbeats(client, heartbeats)
  await settleHeartbeats(
    client,
    heard.map(({ spool }) => spool),
  )
}

function heardSpools(batch: ClickBatch): HeardSpool[] {
  const spools = new Map<string, HeardSpool>()
  const hear = (spool: string, at: Date, lastSeq = 0, closed = false) => {
    const before = spools.get(spool)
    spools.set(spool, {
      spool,
      firstAt: before === undefined || at < before.firstAt ? at : before.firstAt,
      lastSeq: Math.max(before?.lastSeq ?? 0, lastSeq),
      closed: closed || before?.closed === true,
    })
  }
  for (const click of batch.clicks) hear(click.spool, click.at)
  for (const range of batch.dropped) hear(range.spool, new Date(range.at))
  for (const { spool, at, lastSeq, closed } of batch.heartbeats)
    hear(spool, new Date(at), lastSeq, closed)
  const seen = batch.deadLetters.flatMap(({ click }) => click ?? [])
  for (const { spool, at } of seen) hear(spool, at ?? new Date())
  return [...spools.values()]
}

function newestHeartbeats(batch: ClickBatch): Heartbeat[] {
  const newest = new Map<string, Heartbeat>()
  for (const { spool, lastSeq, at } of batch.heartbeats) {
    const key = `${spool} ${lastSeq}`
    const heartbeat = { spool, lastSeq, at: new Date(at) }
    const before = newest.get(key)
    if (before === undefined || before.at < heartbeat.at) newest.set(key, heartbeat)
  }
  return [...newest.values()]
}
