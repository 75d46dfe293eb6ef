// The one transaction in which a batch is counted: all of it, or nothing and the offset stays.
import { inTransaction } from '@sleepwell/runtime/postgres'
import type { Pool, PoolClient } from 'pg'
import { accountsOf, heardSpools, newestHeartbeats, spoolsOf } from './batch-accounts.ts'
import type { ArrivedClick, ClickBatch, CountedApart, DeadLetter } from './click-batch.ts'
import { columnsOf, insertClicks, type ClickColumns } from './click-table.ts'
import { insertDeadLetters } from './dead-letter-table.ts'
import { moveOffset, type Partition } from './offset-table.ts'
import { upsertOrphans } from './orphan-table.ts'
import { insertLiveClicks, upsertOwnerRollups, upsertRollups } from './rollup-table.ts'
import {
  findUncounted,
  settleHeartbeats,
  settleShipments,
  upsertHeartbeats,
  upsertSpools,
} from './spool-table.ts'
import { sumByLink, sumByOwner } from './sum-clicks.ts'
import { insertVisitors } from './visitor-table.ts'

/** The step that a batch takes on its partition. */
export interface Step extends Partition {
  /** What this consumer last read or wrote, never the first offset of the batch. */
  readonly expected: number | null
  readonly next: number
}

export interface Stored {
  readonly counted: readonly ArrivedClick[]
  readonly apart: readonly CountedApart[]
  readonly deadLetters: readonly DeadLetter[]
}

/** `'fenced'`: another consumer has moved the offset, and nothing was stored. */
export function storeBatch(pool: Pool, step: Step, batch: ClickBatch): Promise<Stored | 'fenced'> {
  const columns = columnsOf(batch.clicks)
  return inTransaction(pool, async (client) => {
    if (!(await moveOffset(client, step, step.expected, step.next))) return 'fenced'
    const counted = await storeClicks(client, batch.clicks, columns)
    const deadLetters = await storeDeadLetters(client, step, batch.deadLetters)
    const apart = await storeApart(client, batch)
    const stored = { counted, apart, deadLetters }
    await storeSpools(client, batch, stored)
    return stored
  })
}

async function storeClicks(
  client: PoolClient,
  clicks: readonly ArrivedClick[],
  columns: ClickColumns,
): Promise<ArrivedClick[]> {
  if (clicks.length === 0) return []
  const uniques = await insertVisitors(client, clicks)
  const isUnique = clicks.map(({ id }) => uniques.has(id))
  const inserted = await insertClicks(client, columns, isUnique)
  // Each id once, although a batch may hold the same click twice.
  const counted = clicks.filter((click) => inserted.delete(click.id))
  if (counted.length === 0) return []
  const sums = sumByLink(counted, uniques)
  await upsertRollups(client, sums)
  await upsertOwnerRollups(client, sumByOwner(sums))
  await insertLiveClicks(client, sums)
  return counted
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

async function storeApart(client: PoolClient, batch: ClickBatch): Promise<CountedApart[]> {
  if (batch.apart.length === 0) return []
  const uncounted = await findUncounted(client, spoolsOf(batch), batch.apart)
  const orphans = uncounted.flatMap(({ orphan }) => orphan ?? [])
  if (orphans.length > 0) await upsertOrphans(client, orphans)
  return uncounted
}

async function storeSpools(client: PoolClient, batch: ClickBatch, stored: Stored): Promise<void> {
  const heard = heardSpools(batch, stored)
  if (heard.length === 0) return
  await upsertSpools(client, heard, accountsOf(batch, stored))
  const heartbeats = newestHeartbeats(batch)
  if (heartbeats.length > 0) await upsertHeartbeats(client, heartbeats)
  const spools = heard.map(({ spool }) => spool)
  await settleHeartbeats(client, spools)
  await settleShipments(client, spools)
}
