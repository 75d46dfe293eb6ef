// The one transaction in which batches are counted: all of them, or nothing and the offsets stay.
import { inTransaction } from '@sleepwell/runtime/postgres'
import type { Pool, PoolClient } from 'pg'
import { accountsOf, heardSpools, newestHeartbeats, spoolsOf } from './batch-accounts.ts'
import {
  mergeBatches,
  type ArrivedClick,
  type ClickBatch,
  type CountedApart,
  type DeadLetter,
} from './click-batch.ts'
import { findInserted, insertClicks, keyOf } from './click-table.ts'
import { insertDeadLetters } from './dead-letter-table.ts'
import { moveOffset, type Partition } from './offset-table.ts'
import { upsertOrphans } from './orphan-table.ts'
import type { PreparedBatch } from './prepare-batch.ts'
import { insertLiveClicks, upsertOwnerRollups, upsertRollups } from './rollup-table.ts'
import {
  findUncounted,
  settleHeartbeats,
  settleShipments,
  upsertHeartbeats,
  upsertSpools,
} from './spool-table.ts'
import { sumClicks, type ClickSums } from './sum-clicks.ts'
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

/** What a partition brought, ready to be stored. */
export interface Part extends PreparedBatch {
  readonly step: Step
  /** The database has refused something of it: in a transaction with others it would undo their work too. */
  readonly alone: boolean
}

/**
 * Several partitions in one transaction: clicks on the same link are one sum then.
 *
 * @returns of each part what was stored. `'fenced'`: another consumer has moved an offset, and nothing was stored
 */
export async function storeParts(pool: Pool, parts: readonly Part[]): Promise<Stored[] | 'fenced'> {
  const all = mergeBatches(parts.map(({ batch }) => batch))
  try {
    return await inTransaction(pool, async (client) => {
      await moveOffsets(client, parts)
      const counted = await storeClicks(client, all.clicks, parts)
      const deadLetters = await storeDeadLetters(client, parts)
      const apart = await storeApart(client, all)
      await storeSpools(client, all, {
        counted: counted.flat(),
        apart: [...apart],
        deadLetters: [...deadLetters],
      })
      return parts.map(({ batch }, i) => ({
        counted: counted[i] ?? [],
        apart: batch.apart.filter((each) => apart.has(each)),
        deadLetters: batch.deadLetters.filter((each) => deadLetters.has(each)),
      }))
    })
  } catch (error) {
    if (error instanceof Fenced) return 'fenced'
    throw error
  }
}

/** Thrown, so that the offsets that were moved before go back. */
class Fenced extends Error {}

/** In the order of the partitions, so that no two consumers wait for each other. */
async function moveOffsets(client: PoolClient, parts: readonly Part[]): Promise<void> {
  const key = ({ cluster, topic, partition }: Step) => `${cluster} ${topic} ${partition}`
  const steps = parts.map(({ step }) => step).sort((a, b) => (key(a) < key(b) ? -1 : 1))
  for (const step of steps)
    if (!(await moveOffset(client, step, step.expected, step.next))) throw new Fenced()
}

/** Resolves to those of each part that are new. */
async function storeClicks(
  client: PoolClient,
  clicks: readonly ArrivedClick[],
  parts: readonly Part[],
): Promise<ArrivedClick[][]> {
  if (clicks.length === 0) return []
  const uniques = await insertVisitors(client, clicks)
  const isUnique = clicks.map(({ id }) => uniques.has(id))
  const columns = parts.flatMap((part) => part.columns)
  // Summed while the server inserts: nearly always all of them are new.
  const [howMany, sums] = await Promise.all([
    insertClicks(client, columns, isUnique),
    sumClicks(clicks, uniques),
  ])
  if (howMany === clicks.length) {
    await storeSums(client, sums)
    return parts.map(({ batch }) => batch.clicks)
  }
  if (howMany === 0) return parts.map(() => [])
  const counted = newOf(parts, await findInserted(client, clicks))
  await storeSums(client, await sumClicks(counted.flat(), uniques))
  return counted
}

async function storeSums(client: PoolClient, { byLink, byOwner }: ClickSums): Promise<void> {
  await upsertRollups(client, byLink)
  await upsertOwnerRollups(client, byOwner)
  await insertLiveClicks(client, byLink)
}

/** Each once, although it may have come several times. */
function newOf(parts: readonly Part[], keys: Set<string>): ArrivedClick[][] {
  return parts.map(({ batch }) => batch.clicks.filter((click) => keys.delete(keyOf(click))))
}

async function storeDeadLetters(
  client: PoolClient,
  parts: readonly Part[],
): Promise<Set<DeadLetter>> {
  const found = parts.flatMap(({ step, batch }) =>
    batch.deadLetters.map((letter) => ({ from: step, letter })),
  )
  return found.length === 0 ? new Set() : await insertDeadLetters(client, found)
}

async function storeApart(client: PoolClient, batch: ClickBatch): Promise<Set<CountedApart>> {
  if (batch.apart.length === 0) return new Set()
  const uncounted = await findUncounted(client, spoolsOf(batch), batch.apart)
  const orphans = uncounted.flatMap(({ orphan }) => orphan ?? [])
  if (orphans.length > 0) await upsertOrphans(client, orphans)
  return new Set(uncounted)
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
