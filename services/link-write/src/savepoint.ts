import type { PoolClient } from 'pg'
import { failed } from './bulk-outcome.ts'
import type { Outcome } from './bulk-outcome.ts'
import { conflictOf } from './conflict.ts'

/** Part of a transaction that may come to nothing: by `undo`, or because the database objects to what others have. */
export async function inSavepoint(
  client: PoolClient,
  work: (undo: (outcome: Outcome) => Promise<Outcome>) => Promise<Outcome>,
): Promise<Outcome> {
  await client.query('savepoint item')
  const undo = async (outcome: Outcome) => {
    await client.query('rollback to savepoint item')
    return outcome
  }
  try {
    const outcome = await work(undo)
    await client.query('release savepoint item')
    return outcome
  } catch (error) {
    const conflict = conflictOf(error)
    if (conflict === undefined) throw error
    return await undo(failed(conflict))
  }
}
