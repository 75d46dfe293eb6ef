import type { Pool } from 'pg'
import { createFailureStreak } from '@sleepwell/runtime/failure-streak'
import { errorFields, type Logger } from '@sleepwell/runtime/log'
import type { ConsumeOptions } from './click-log.ts'
import { openLockSession, type LockSession } from './lock-session.ts'
import { startReader, type PartitionReader } from './partition-reader.ts'
import { jittered, pause } from './pause.ts'
import { findShare, givePartition, tryTakePartition } from './postgres-partitions.ts'

const reconnectMs = 500

export interface ConsumerDeps {
  readonly pool: Pool
  readonly log: Logger
  readonly options: ConsumeOptions
  readonly pollMs: number
  readonly balanceMs: number
  readonly silenceMs: number
}

/** One consumer: a session that holds its partitions, renewed for as long as it is wanted. */
export function startConsumer(deps: ConsumerDeps): AsyncDisposable {
  const stopping = new AbortController()
  const running = keepConsuming(deps, stopping.signal)
  return {
    [Symbol.asyncDispose]: () => {
      stopping.abort()
      return running
    },
  }
}

async function keepConsuming(deps: ConsumerDeps, stopping: AbortSignal): Promise<void> {
  const outage = createFailureStreak((error) =>
    deps.log.warn(errorFields(error), 'lost the click log'),
  )
  while (!stopping.aborted) {
    try {
      await using session = await openLockSession(deps.pool, deps.silenceMs)
      if (outage.worked()) deps.log.info('reading the click log again')
      await consumeOn(session, deps, stopping)
    } catch (error) {
      outage.failed(error)
      await pause(jittered(reconnectMs), stopping)
    }
  }
}

/** Returns when stopped, throws when the session is lost; either way nothing is handled any more. */
async function consumeOn(
  session: LockSession,
  deps: ConsumerDeps,
  stopping: AbortSignal,
): Promise<void> {
  const over = AbortSignal.any([stopping, session.lost])
  const readers = new Map<number, PartitionReader>()
  try {
    let before: string | undefined
    while (!over.aborted) {
      await balance(session, deps, readers)
      const now = [...readers.keys()].join()
      if (now !== before) deps.options.assigned?.([...readers.keys()])
      before = now
      await pause(deps.balanceMs, over)
    }
    if (!stopping.aborted) session.lost.throwIfAborted()
  } finally {
    await Promise.all([...readers.values()].map((reader) => reader.stop()))
  }
}

/** Gives up what is more than our share, else takes what nobody holds. */
async function balance(
  session: LockSession,
  deps: ConsumerDeps,
  readers: Map<number, PartitionReader>,
): Promise<void> {
  const { partitions, share } = await session.ask(findShare)
  for (const [partition, reader] of [...readers].slice(share)) {
    // Only when its last batch is done may somebody else begin.
    await reader.stop()
    readers.delete(partition)
    await session.ask((client) => givePartition(client, partition))
  }
  for (const partition of partitions) {
    if (readers.size >= share) break
    if (readers.has(partition)) continue
    if (await session.ask((client) => tryTakePartition(client, partition)))
      readers.set(partition, startReader({ ...deps, session }, partition))
  }
}
