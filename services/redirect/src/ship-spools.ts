// Each life of a process has a spool of its own. This one ships its own as it grows, and what earlier lives left.
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findSpools, removeSpool, segmentSizes } from './spool-directory.ts'
import { shipSpool, type ShipOptions } from './spool-shipper.ts'

export interface ShipSpoolsOptions extends Pick<
  ShipOptions,
  'publish' | 'publishFailed' | 'checkpointFailed'
> {
  /** Holds a directory per life; ours once `held` has resolved. */
  readonly root: string
  readonly held: Promise<void>
  readonly own: Pick<ShipOptions, 'spool' | 'end' | 'progress' | 'moved'>
  /** Bytes of earlier lives: found (positive), and shipped (negative). */
  readonly earlier: (bytes: number) => void
  /** As {@link ShipOptions.oldest}, of the spool of that name. */
  readonly oldest: (spool: string, at: Date | undefined) => void
  readonly spoolFailed: (error: unknown) => void
  readonly drainLimitMs: number
}

const pauseMs = 1000

/** Once disposed, waits until everything is shipped, for at most `drainLimitMs`. */
export function startShipping(options: ShipSpoolsOptions): AsyncDisposable {
  const { root, own, earlier, spoolFailed } = options
  const giveUp = new AbortController()
  const { signal } = giveUp
  let ended = false

  const ship = async (
    spool: Omit<ShipOptions, 'publish' | 'publishFailed' | 'checkpointFailed' | 'oldest'>,
    isEnded: () => boolean,
  ) => {
    const oldest = (at: Date | undefined) => options.oldest(spool.spool, at)
    const all = await shipSpool({ ...options, ...spool, oldest }, isEnded, signal)
    if (all) await removeSpool(spool.directory)
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

  const shipOne = async (spool: string) => {
    const directory = join(root, spool)
    const sizes = await segmentSizes(directory)
    const end = { segment: Math.max(0, ...sizes.keys()) + 1, offset: 0 }
    await ship({ directory, spool, end: () => end, moved: () => {} }, () => true)
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
          await shipOne(spool)
          left.delete(spool)
          earlier(-bytes)
        } catch (error) {
          spoolFailed(error)
        }
      }
      if (left.size > 0) await sleep(pauseMs, undefined, { signal }).catch(() => {})
    }
  }

  const directory = join(root, own.spool)
  let isHeld = false
  const done = options.held.then(() => {
    isHeld = true
    return Promise.all([persist(() => ship({ ...own, directory }, () => ended)), shipEarlier()])
  })
  return {
    [Symbol.asyncDispose]: async () => {
      ended = true
      if (!isHeld) return // and nothing was ever written
      const timer = setTimeout(() => giveUp.abort(), options.drainLimitMs)
      await done
      clearTimeout(timer)
    },
  }
}

async function bytesOf(directory: string, failed: (error: unknown) => void): Promise<number> {
  try {
    return [...(await segmentSizes(directory)).values()].reduce((sum, size) => sum + size, 0)
  } catch (error) {
    failed(error)
    return 0
  }
}
