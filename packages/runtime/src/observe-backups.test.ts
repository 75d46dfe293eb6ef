import { expect, test } from '@jest/globals'
import type { Backups } from './backup-table.ts'
import { observeBackups } from './observe-backups.ts'

const at = (seconds: number) => new Date(seconds * 1000)
const nothing: Backups = { backedUpAt: null, archivedAt: null }

/** Read so often that a test need not wait. */
function observed(read: () => Promise<Backups>) {
  const asked = new Map<string, () => readonly unknown[]>()
  let seconds = 1_000
  const failures: unknown[] = []
  const observing = observeBackups(
    { gauges: (name, ask) => asked.set(name, ask) },
    {
      database: 'links',
      read,
      failed: (error) => failures.push(error),
      now: () => seconds * 1000,
      intervalMs: 1,
    },
  )
  return {
    backup: () => asked.get('database_backup_age_seconds')?.(),
    archive: () => asked.get('database_archive_age_seconds')?.(),
    setClock: (to: number) => (seconds = to),
    failures,
    [Symbol.asyncDispose]: () => observing[Symbol.asyncDispose](),
  }
}

test('of what is not set up there is no number', async () => {
  const { promise: readTwice, read } = answering([nothing, nothing])
  await using of = observed(read)
  await readTwice
  expect([of.backup(), of.archive()]).toEqual([[], []])
})

test('the age of each is told by database, and is never below 0', async () => {
  const { promise, read } = answering([{ backedUpAt: at(400), archivedAt: at(1_001) }])
  await using of = observed(read)
  await promise
  expect(of.backup()).toEqual([[{ database: 'links' }, 600]])
  expect(of.archive()).toEqual([[{ database: 'links' }, 0]])
})

test('what cannot be read any more grows older, and is as old as it is once it can', async () => {
  const { promise, read } = answering([{ backedUpAt: null, archivedAt: at(990) }])
  await using of = observed(read)
  await promise
  of.setClock(2_000)
  expect(of.archive()).toEqual([[{ database: 'links' }, 1_010]])
  expect(of.failures).toHaveLength(1)
})

/** Each of them once, and from then on no more; `promise` resolves after that. */
function answering(answers: readonly Backups[]) {
  const { promise, resolve } = Promise.withResolvers<void>()
  const left = [...answers]
  const read = async () => {
    const next = left.shift()
    if (next !== undefined) return next
    // The one before has arrived, or there would be no next question.
    setImmediate(resolve)
    throw new Error('no database')
  }
  return { promise, read }
}
