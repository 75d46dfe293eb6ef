// Keeps on disk what this process would need if it were killed now: its hottest links, and what changed since they were
// written. One loop, so that one thing at a time is asked of the disk, and nothing piles up while that hangs.
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import type { CachedLink } from '@sleepwell/contracts/cached-link'
import { hottestKeys } from './hottest-keys.ts'
import type { LinkCache } from './link-cache.ts'
import type { LinkJournal } from './link-journal.ts'
import type { DiskCall } from './segment-writer.ts'
import type { Knowledge } from './snapshot-format.ts'
import { writeSnapshot } from './write-snapshot.ts'

/** What there is to keep. */
export interface LinkSource {
  readonly cache: Pick<LinkCache, 'keys' | 'peek'>
  /** Goes up with every link that is put into memory. */
  readonly puts: () => number
  /** Undefined before any links database has answered. */
  readonly knowledge: () => Knowledge | undefined
}

export interface KeepSnapshotOptions extends LinkSource {
  readonly directory: string
  readonly maxLinks: number
  readonly everyMs: number
  readonly journal: LinkJournal
  /** Resolves once the directory may be written to. */
  readonly held: Promise<void>
  readonly disk: DiskCall
  readonly failed: (error: unknown) => void
  readonly worked: () => void
}

export interface SnapshotKeeper extends AsyncDisposable {
  /** Since the snapshot was last as it should be, or this process began. */
  readonly ageMs: () => number
  /** Something waits for the journal. */
  readonly wake: () => void
}

/** What is known is said anew so often: STALE_LIMIT counts from there. */
const sayEveryMs = 10_000
/** Between two slices of a snapshot: they take a tenth of the event loop, and no disk is kept busy. */
const breatheMs = 10
const retryAfterMs = 1000
const closeWithinMs = 1000

export function keepSnapshot(options: KeepSnapshotOptions): SnapshotKeeper {
  const { directory, journal, everyMs } = options
  const stopping = new AbortController()
  const { signal } = stopping
  let woken = Promise.withResolvers<void>()
  let keptAt = performance.now()
  let keptPuts = -1
  let isHeld = false

  const pause = async (ms: number) => {
    await sleep(ms, undefined, { signal }).catch(() => {})
  }
  const inTime = () => performance.now() + everyMs * (0.9 + Math.random() / 5)

  const between = async (rest: () => Promise<unknown>) => {
    if (journal.waiting() > 0) await journal.flush(options.knowledge())
    await rest()
    if (signal.aborted) throw new Error('stopped in the midst of a snapshot')
  }
  const breathe = () => pause(breatheMs)
  const linkOf = (key: string): CachedLink | undefined => {
    const known = options.cache.peek(key)
    // What has become of an outdated one, its next reader could not know.
    return known === undefined || known.link === 'absent' || known.outdated ? undefined : known.link
  }

  const keep = async () => {
    const puts = options.puts()
    const isDue = puts !== keptPuts || journal.isSpent()
    if (isDue && options.knowledge() !== undefined) {
      const generation = await journal.begin()
      // What changes from here on is in the journal, whether the snapshot has it or not.
      const knowledge = options.knowledge()
      if (knowledge === undefined) return
      // Without a rest: meanwhile keys move.
      const keys = await hottestKeys(options.cache, options.maxLinks, () => between(turn))
      const contents = { generation, knowledge, keys, linkOf }
      await writeSnapshot(directory, contents, options.disk, () => between(breathe))
      journal.completed()
      keptPuts = puts
    }
    keptAt = performance.now()
  }

  const loop = async () => {
    await Promise.race([options.held.then(() => (isHeld = true)), aborted(signal)])
    let keepAt = inTime()
    let sayAt = performance.now()
    while (!signal.aborted) {
      try {
        const now = performance.now()
        if (now >= keepAt) {
          keepAt = inTime()
          await keep()
        }
        if (now >= sayAt || journal.waiting() > 0) {
          sayAt = now + sayEveryMs
          await journal.flush(options.knowledge())
        }
        options.worked()
      } catch (error) {
        if (!signal.aborted) options.failed(error)
        await pause(retryAfterMs)
      }
      const wait = Math.max(
        0,
        Math.min(keepAt, sayAt, performance.now() + 1000) - performance.now(),
      )
      if (journal.waiting() === 0) await Promise.race([pause(wait), woken.promise])
      woken = Promise.withResolvers()
    }
  }
  const done = loop()
  const close = async () => {
    await done
    if (isHeld) await journal.flush(options.knowledge())
    await journal.close()
  }
  return {
    ageMs: () => performance.now() - keptAt,
    wake: () => woken.resolve(),
    [Symbol.asyncDispose]: async () => {
      stopping.abort()
      woken.resolve()
      // On a disk that hangs what is not written is lost.
      await Promise.race([
        close().catch(options.failed),
        sleep(closeWithinMs, undefined, { ref: false }),
      ])
    },
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
}
