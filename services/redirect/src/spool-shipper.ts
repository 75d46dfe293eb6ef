// From the spool to the click log: one batch in flight, and the checkpoint moves only when the log has it. Kafka or
// Postgres being gone has its home here; it never delays a redirect.
import { setTimeout as sleep } from 'node:timers/promises'
import type { DroppedClicks, SpoolHeartbeat } from '@sleepwell/contracts/click'
import type { Progress } from './click-spool.ts'
import {
  readCheckpoint,
  segmentSize,
  writeCheckpoint,
  type SpoolPosition,
} from './spool-directory.ts'
import type { Frame } from './spool-frame.ts'
import { readBatch, type SpoolBatch } from './spool-reader.ts'

export interface ShipOptions {
  readonly directory: string
  readonly spool: string
  /** How far there is something to read; its segment may still grow. */
  readonly end: () => { readonly segment: number; readonly offset: number }
  /** How far the numbers of a living spool are; of an earlier life nothing is known but what is on disk. */
  readonly progress?: () => Progress
  readonly publish: (records: readonly Uint8Array[]) => Promise<void>
  readonly publishFailed: (error: unknown) => void
  readonly checkpointFailed: (error: unknown) => void
  readonly moved: (position: SpoolPosition, bytes: number) => void
  /** No record on disk that the log does not have was made before that; undefined: there is none. */
  readonly oldest: (at: Date | undefined) => void
}

const limits = { records: 500, bytes: 256 * 1024 }
const idleMs = 50
const heartbeatEveryMs = 1000
const maxPauseMs = 5000

/**
 * Ships a spool until it has ended: `ended` says that nothing follows any more, and then a closing heartbeat does.
 * Aborting `give up` leaves the rest, and the closing, to the process's next life. True if all was shipped.
 */
export async function shipSpool(
  options: ShipOptions,
  ended: () => boolean,
  giveUp: AbortSignal,
): Promise<boolean> {
  const { directory, progress } = options
  let position = await readCheckpoint(directory)
  let heartbeatAt = 0
  const publish = async (records: readonly object[], values: readonly Uint8Array[]) => {
    const encoded = records.map((record) => Buffer.from(JSON.stringify(record)))
    return await retrying(
      () => options.publish([...values, ...encoded]),
      options.publishFailed,
      giveUp,
    )
  }
  const heartbeat = (closed: boolean): SpoolHeartbeat => {
    const { lastSeq, at } = progress?.() ?? { lastSeq: position.seq, at: new Date() }
    return {
      type: 'heartbeat',
      spool: options.spool,
      lastSeq,
      shippedSeq: position.seq,
      at: at.toISOString(),
      closed,
    }
  }

  while (!giveUp.aborted) {
    const last = ended()
    const batch = await readNext(options, position)
    const beside: object[] = batch.missing.map((range) => droppedClicks(options.spool, range))
    const due = progress !== undefined && performance.now() - heartbeatAt >= heartbeatEveryMs
    if (due) {
      beside.push(heartbeat(false))
      heartbeatAt = performance.now()
    }
    const oldest = madeAt(batch.frames[0]) ?? (beside.length > 0 ? new Date() : undefined)
    options.oldest(oldest)
    if (batch.frames.length + beside.length > 0) {
      const values = batch.frames.map((frame) => frame.value)
      if (!(await publish(beside, values))) return false
    }
    const moved = batch.next.segment !== position.segment || batch.next.offset !== position.offset
    if (moved) {
      const before = position
      position = batch.next
      options.moved(position, batch.bytes)
      // Without it the next life ships a little again, which is counted once.
      await writeCheckpoint(directory, position, before).catch(options.checkpointFailed)
    } else if (last && (progress?.().lastSeq ?? 0) <= position.seq) {
      return await publish([heartbeat(true)], [])
    } else {
      await sleep(idleMs, undefined, { signal: giveUp }).catch(() => {})
    }
  }
  return false
}

async function readNext(options: ShipOptions, position: SpoolPosition): Promise<SpoolBatch> {
  const end = options.end()
  const nothing = { frames: [], missing: [], next: position, bytes: 0 }
  if (position.segment > end.segment) return nothing
  if (position.segment === end.segment) {
    if (position.offset >= end.offset) return nothing
    return await readBatch(options.directory, position, end.offset, false, limits)
  }
  const size = await segmentSize(options.directory, position.segment)
  return await readBatch(options.directory, position, size, true, limits)
}

function madeAt(frame: Frame | undefined): Date | undefined {
  const at = Date.parse(/"at":"([^"]+)"/u.exec(String(frame?.value))?.[1] ?? '')
  return Number.isNaN(at) ? undefined : new Date(at)
}

function droppedClicks(spool: string, range: { from: number; to: number }): DroppedClicks {
  return { type: 'dropped', spool, ...range, at: new Date().toISOString() }
}

/** Tries until it succeeds, with growing pauses; false when given up. */
async function retrying(
  attempt: () => Promise<void>,
  failed: (error: unknown) => void,
  giveUp: AbortSignal,
): Promise<boolean> {
  for (let pauseMs = 100; !giveUp.aborted; pauseMs = Math.min(pauseMs * 2, maxPauseMs)) {
    try {
      await attempt()
      return true
    } catch (error) {
      failed(error)
      const jittered = pauseMs * (0.5 + Math.random() / 2)
      await sleep(jittered, undefined, { signal: giveUp }).catch(() => {})
    }
  }
  return false
}
