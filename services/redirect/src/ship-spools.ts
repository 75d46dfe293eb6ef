// Each life of a process has a spool of its own. This one ships its own as it grows, and what earlier lives left.
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DiskCall } from './segment-writer.ts'
import { findSpools, removeSpool, segmentSizes } from './spool-directory.ts'
import { shipSpool, type ShipOptions } from './spool-shipper.ts'

export interface ShipSpoolsOptions extends Pick<
  ShipOptions,
  'publish' | 'publishFailed' | 'checkpointFailed'
> {
  /** Holds a directory per life; ours once `held` has resolved. */
  readonly root: string
  readonly held: Promise<void>
  readonly own: Pick<ShipOptions, 'spool' | 'end' | 'progress' | 'moved'> & {
    /** Of its writer, which may still be making names in it last. */
    readonly inTurn: DiskCall
  }
  /** Bytes of earlier lives: found (positive), and shipped (negative). */
  readonly earlier: (bytes: number) => void
  /** As {@link ShipOptions.oldest}, of the spool of that name. */
  readonly oldest: (spool: string, at: Date | undefined) => void
  readonly spoolFailed: (error: unknown) => void
  /** Asked when shipping is told to end. */
  readonly drainLimitMs: () => number
}

const pauseMs = 1000

/** Once disposed, waits until everything is shipped, for at most `drainLimitMs`. */
export function startShipping(options: ShipSpoolsOptions): AsyncDisposable {
  const { root, own, earlier, oldest, spoolFailed } = options
  const giveUp = new AbortController()
  const { signal } = giveUp
  const directory = join(root, own.spool)
  let ended = false

  const shipOwn = async () => {
    const toldOldest = (at: Date | undefined) => oldest(own.spool, at)
    const all = await shipSpool(
      { ...options, ...own, directory, oldest: toldOldest },
      () => ended,
      signal,
    )
    if (all) await own.inTurn(() => removeSpool(directory))
  }

  /** Tries again until it succeeds or there is no time left. */
  const persist = async (attempt: () => Promise<void>) => {
    while (!signal.aborted) {
      try {
        return await attempt()
      } catch (error) {
        spoolFailed(error)
        await sleep(pauseMs, undefined, { signal }).catch(() => {})
      }
    }
  }

  // One that cannot be read holds up no other.
  const shipEarlier = async () => {
    const left = new Map<string, number>()
    await persist(async () => {
      for (const spool of await findSpools(root)) {
        if (spool !== own.spool) left.set(spool, await bytesOf(join(root, spool), spoolFailed))
      }
    })
    for (const bytes of left.values()) earlier(bytes)
    while (left.size > 0 && !signal.aborted) {
      for (const [spool, bytes] of left) {
        try {
          await shipEnded({ ...options, root, spool }, signal)
          left.delete(spool)
          earlier(-bytes)
        } catch (error) {
          spoolFailed(error)
        }
      }
      if (left.size > 0) await sleep(pauseMs, undefined, { signal }).catch(() => {})
    }
  }

  let isHeld = false
  const done = options.held.then(() => {
    isHeld = true
    return Promise.all([persist(shipOwn), shipEarlier()])
  })
  return {
    [Symbol.asyncDispose]: async () => {
      ended = true
      if (!isHeld) return // and nothing was ever written
      const timer = setTimeout(() => giveUp.abort(), options.drainLimitMs())
      await done
      clearTimeout(timer)
    },
  }
}

export interface ShipEndedOptions extends Pick<
  ShipOptions,
  'publish' | 'publishFailed' | 'checkpointFailed'
> {
  readonly root: string
  /** One that nobody writes to any more. */
  readonly spool: string
  readonly oldest: (spool: string, at: Date | undefined) => void
}

/** Ships what is left of a spool, closes it and removes it; false when given up before. */
export async function shipEnded(options: ShipEndedOptions, giveUp: AbortSignal): Promise<boolean> {
  const directory = join(options.root, options.spool)
  const sizes = await segmentSizes(directory)
  const end = { segment: Math.max(0, ...sizes.keys()) + 1, offset: 0 }
  const all = await shipSpool(
    {
      ...options,
      directory,
      end: () => end,
      moved: () => {},
      oldest: (at) => options.oldest(options.spool, at),
    },
    () => true,
    giveUp,
  )
  if (all) await removeSpool(directory)
  return all
}

async function bytesOf(directory: string, failed: (error: unknown) => void): Promise<number> {
  try {
    return [...(await segmentSizes(directory)).values()].reduce((sum, size) => sum + size, 0)
  } catch (error) {
    failed(error)
    return 0
  }
}
