// The click is on disk before the visitor is answered. One write is in flight; every click that comes meanwhile joins
// the next one (20.6 us a group of 16). A disk that hangs or refuses delays nobody for longer than `patienceMs`: from
// then until a write succeeds, clicks wait in bounded memory and visitors do not.
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import type { DroppedClicks, OrphanClick } from '@sleepwell/contracts/click'
import { doubled, firstBuffer, type Group, newGroup } from './click-group.ts'
import type { ClickDraft } from './describe-click.ts'
import { encodeClick } from './encode-click.ts'
import type { OrphanDraft } from './record-orphan.ts'
import { frameRoom, writeFrame } from './spool-frame.ts'

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
  /** How long a process that stops waits for the disk: what is only in memory then is lost. */
  readonly closeWithinMs?: number
}

export interface ClickSpool extends AsyncDisposable {
  /**
   * Numbers the click; `kept` is called, once, when it is on disk, or when waiting any longer would cost the visitor.
   * Never throws. Not a promise: each visitor of a group would be answered in a microtask of its own.
   */
  readonly record: (draft: ClickDraft, kept: () => void) => void
  /** Numbers it too, and nobody waits; false, and no number, when it would take room that clicks may need. */
  readonly recordOrphan: (draft: OrphanDraft) => boolean
  readonly progress: () => Progress
  /** How long the oldest click in memory has been there; 0 if there is none. */
  readonly waitedMs: () => number
  /** Tells that the click log has so many bytes more of what was on disk. */
  readonly shipped: (bytes: number) => void
  readonly bytes: () => number
}

/** By `at`, every number up to `lastSeq` was on disk or answered; clicks of higher numbers came later than that. */
export interface Progress {
  readonly lastSeq: number
  readonly at: Date
}

const retryAfterMs = 100
const maxGroupBytes = 1024 * 1024
const now = () => performance.now()

export function createClickSpool(options: ClickSpoolOptions): ClickSpool {
  const { spool, patienceMs = 20, maxMemoryBytes = 8 * 1024 * 1024, closeWithinMs = 1000 } = options
  const waiting: Group[] = []
  let taken = false // the first of them, by a write under way
  let seq = 0
  let lastSeq = 0 // a number that was given out, and neither answered nor kept, was never served
  let onDisk = 0
  let inMemory = 0
  let spare: Buffer | undefined // of a group that is written
  let dropped: { readonly from: number; readonly to: number } | undefined
  let stalled = false
  let writtenAt = 0
  let closed = false
  let writing: Promise<void> | undefined
  // While clicks wait: a process that nobody visits is not woken two hundred times a second.
  let watch: NodeJS.Timeout | undefined

  // Many clicks share a millisecond, and writing it out costs half of encoding a click.
  let time = { atMs: Number.NaN, text: '' }
  const timeOf = (atMs: number) => {
    if (atMs !== time.atMs) time = { atMs, text: new Date(atMs).toISOString() }
    return time.text
  }

  const join = (json: string, from: number, to: number, atMs: number): Group => {
    const room = frameRoom(json)
    let group = waiting.length > (taken ? 1 : 0) ? waiting.at(-1) : undefined
    if (group === undefined || group.bytes + room > maxGroupBytes) {
      group = newGroup(atMs, spare ?? firstBuffer())
      spare = undefined
      waiting.push(group)
      beWatchful()
    }
    while (group.bytes + room > group.buffer.length) group.buffer = doubled(group.buffer)
    const end = writeFrame(group.buffer, group.bytes, from, to, json)
    inMemory += end - group.bytes
    group.bytes = end
    group.last = to
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
      const bytes = group.buffer.subarray(0, group.bytes)
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
      writtenAt = now()
      stalled = false
      inMemory -= bytes.length
      onDisk += bytes.length
      if (!group.undurable) options.kept('recorded', group.clicks)
      spare = group.buffer
      release(group)
    }
  }

  const stopWaiting = () => {
    stalled = true
    for (const group of waiting) {
      if (group.undurable) continue
      group.undurable = true
      options.kept('undurable', group.clicks)
      release(group)
    }
  }

  const release = (group: Group) => {
    lastSeq = Math.max(lastSeq, group.last)
    const visitors = group.waiting
    group.waiting = []
    for (const answer of visitors) answer()
  }

  // From the last write on: while there is one after the other, the disk does not hang, but this process may have been
  // held up, or have much to write.
  const isOverdue = () =>
    waiting[0] !== undefined && now() - Math.max(waiting[0].since, writtenAt) >= patienceMs
  const beWatchful = () => {
    if (closed) return
    watch ??= setInterval(() => {
      if (waiting.length === 0) return beCareless()
      // Where this process itself was not running meanwhile, the write may be done, and only not heard of yet.
      if (isOverdue()) setImmediate(() => isOverdue() && stopWaiting())
    }, patienceMs / 4)
  }

  const beCareless = () => {
    clearInterval(watch)
    watch = undefined
  }

  // As soon as there is room again, what was dropped is written down by number.
  const writeDropped = () => {
    if (dropped === undefined) return
    const atMs = Date.now()
    const record: DroppedClicks = { type: 'dropped', spool, ...dropped, at: timeOf(atMs) }
    dropped = undefined
    join(JSON.stringify(record), record.from, record.to, atMs)
  }

  return {
    record: (draft, kept) => {
      seq += 1
      if (inMemory >= maxMemoryBytes || onDisk + inMemory >= options.maxBytes) {
        dropped = { from: dropped?.from ?? seq, to: seq }
        lastSeq = seq
        options.kept('dropped', 1)
        return kept()
      }
      writeDropped()
      const atMs = Date.now()
      const group = join(encodeClick(draft, spool, seq, timeOf(atMs)), seq, seq, atMs)
      group.clicks += 1
      if (group.undurable) {
        lastSeq = seq
        options.kept('undurable', 1)
        return kept()
      }
      group.waiting.push(kept)
      if (stalled) stopWaiting()
    },
    recordOrphan: (draft) => {
      const isRoomy = inMemory < maxMemoryBytes / 2 && onDisk + inMemory < options.maxBytes / 2
      if (stalled || !isRoomy || closed) return false
      writeDropped()
      seq += 1
      const atMs = Date.now()
      const orphan: OrphanClick = { ...draft, spool, seq, at: timeOf(atMs) }
      join(JSON.stringify(orphan), seq, seq, atMs)
      return true
    },
    progress: () => {
      const unanswered = waiting.find((group) => !group.undurable)
      return { lastSeq, at: new Date(unanswered?.sinceMs ?? Date.now()) }
    },
    waitedMs: () => (waiting[0] === undefined ? 0 : now() - waiting[0].since),
    shipped: (bytes) => {
      onDisk -= bytes
    },
    bytes: () => onDisk,
    [Symbol.asyncDispose]: async () => {
      writeDropped()
      await Promise.race([writing, sleep(closeWithinMs, undefined, { ref: false })])
      closed = true
      beCareless()
    },
  }
}
