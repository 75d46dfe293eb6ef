// The click is on disk before the visitor is answered. One write is in flight; every click that comes meanwhile joins
// the next one (20.6 us a group of 16). A disk that hangs or refuses delays nobody for longer than `patienceMs`: from
// then until a write succeeds, clicks wait in bounded memory and visitors do not.
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import type { Click, DroppedClicks } from '@sleepwell/contracts/click'
import type { ClickDraft } from './describe-click.ts'
import { encodeFrame } from './spool-frame.ts'

export type Kept = 'recorded' | 'undurable' | 'dropped'

export interface ClickSpoolOptions {
  /** Names this life of this process. */
  readonly spool: string
  /** Resolves when the bytes are on disk; after a rejection they are handed over again. */
  readonly append: (bytes: Buffer) => Promise<void>
  /** How long a visitor waits for the disk. */
  readonly patienceMs?: number
  /** On disk and not shipped yet. */
  readonly maxBytes: number
  readonly kept: (kept: Kept, clicks: number) => void
  readonly failed: (error: unknown) => void
  readonly maxMemoryBytes?: number
}

export interface ClickSpool extends AsyncDisposable {
  /** Numbers the click; resolves when it is on disk, or when waiting any longer would cost the visitor. Never rejects. */
  readonly record: (draft: ClickDraft) => Promise<void>
  /** Highest number given out. */
  readonly lastSeq: () => number
  /** Tells that the click log has so many bytes more of what was on disk. */
  readonly shipped: (bytes: number) => void
  readonly bytes: () => number
}

interface Group {
  readonly frames: Buffer[]
  bytes: number
  clicks: number
  readonly since: number
  readonly done: Promise<void>
  readonly release: () => void
  /** Its visitors were answered before the disk was. */
  undurable: boolean
}

const retryAfterMs = 100
const maxGroupBytes = 1024 * 1024
const closeWithinMs = 1000
const now = () => performance.now()

export function createClickSpool(options: ClickSpoolOptions): ClickSpool {
  const { spool, patienceMs = 20, maxMemoryBytes = 8 * 1024 * 1024 } = options
  const waiting: Group[] = []
  let taken = false // the first of them, by a write under way
  let seq = 0
  let onDisk = 0
  let inMemory = 0
  let dropped: { readonly from: number; readonly to: number } | undefined
  let stalled = false
  let closed = false
  let writing: Promise<void> | undefined

  const join = (frame: Buffer, clicks: number): Group => {
    let group = waiting.length > (taken ? 1 : 0) ? waiting.at(-1) : undefined
    if (group === undefined || group.bytes + frame.length > maxGroupBytes) {
      group = newGroup()
      waiting.push(group)
    }
    group.frames.push(frame)
    group.bytes += frame.length
    group.clicks += clicks
    inMemory += frame.length
    writing ??= writeAll()
    return group
  }

  const writeAll = async () => {
    for (;;) {
      // Whatever else this turn of the event loop brings joins in: half the writes, and one wait instead of two.
      await turn()
      const [group] = waiting
      if (group === undefined || closed) {
        writing = undefined
        return
      }
      const bytes = Buffer.concat(group.frames)
      taken = true
      try {
        await options.append(bytes)
      } catch (error) {
        options.failed(error)
        stopWaiting()
        await sleep(retryAfterMs)
        continue
      } finally {
        taken = false
      }
      waiting.shift()
      stalled = false
      inMemory -= bytes.length
      onDisk += bytes.length
      if (!group.undurable) options.kept('recorded', group.clicks)
      group.release()
    }
  }

  const stopWaiting = () => {
    stalled = true
    for (const group of waiting) {
      if (group.undurable) continue
      group.undurable = true
      options.kept('undurable', group.clicks)
      group.release()
    }
  }

  const patience = setInterval(() => {
    const since = waiting[0]?.since
    if (since !== undefined && now() - since >= patienceMs) stopWaiting()
  }, patienceMs / 4)

  // As soon as there is room again, what was dropped is written down by number.
  const writeDropped = () => {
    if (dropped === undefined) return
    const record: DroppedClicks = {
      type: 'dropped',
      spool,
      ...dropped,
      at: new Date().toISOString(),
    }
    dropped = undefined
    join(encodeFrame(record.from, record.to, JSON.stringify(record)), 0)
  }

  return {
    record: (draft) => {
      seq += 1
      if (inMemory >= maxMemoryBytes || onDisk + inMemory >= options.maxBytes) {
        dropped = { from: dropped?.from ?? seq, to: seq }
        options.kept('dropped', 1)
        return Promise.resolve()
      }
      writeDropped()
      const click: Click = { ...draft, spool, seq, at: new Date().toISOString() }
      const group = join(encodeFrame(seq, seq, JSON.stringify(click)), 1)
      if (group.undurable) options.kept('undurable', 1)
      else if (stalled) stopWaiting()
      return group.done
    },
    lastSeq: () => seq,
    shipped: (bytes) => {
      onDisk -= bytes
    },
    bytes: () => onDisk,
    [Symbol.asyncDispose]: async () => {
      writeDropped()
      await Promise.race([writing, sleep(closeWithinMs, undefined, { ref: false })])
      closed = true
      clearInterval(patience)
    },
  }
}

function newGroup(): Group {
  const { promise, resolve } = Promise.withResolvers<void>()
  return {
    frames: [],
    bytes: 0,
    clicks: 0,
    since: now(),
    done: promise,
    release: resolve,
    undurable: false,
  }
}
