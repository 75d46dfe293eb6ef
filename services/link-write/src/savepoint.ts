import type { PoolClient } from 'pg'
import { failed, isProblem, type Outcome } from './bulk-outcome.ts'
import { conflictOf } from './conflict.ts'

/** Part of a transaction of which nothing is left where it ends in a problem, be it that the database objects to what others have. */
export async function inSavepoint(
  client: PoolClient,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  await client.query('savepoint item')
  const outcome = await outcomeOf(work)
  if (isProblem(outcome)) await client.query('rollback to savepoint item')
  await client.query('release savepoint item')
  return outcome
}

async function outcomeOf(work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work()
  } catch (error) {
    const conflict = conflictOf(error)
    if (conflict === undefined) throw error
    return failed(conflict)
  }
}
