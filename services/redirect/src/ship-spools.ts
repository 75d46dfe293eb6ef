// Each life of a process has a spool of its own. This one ships its own as it grows, and what earlier lives left.
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findSpools, removeSpool, segmentSizes } from './spool-directory.ts'
import { shipSpool, type ShipOptions } from './spool-shipper.ts'

export interface ShipSpoolsOptions {
  /** Holds a directory per life. */
  readonly root: string
  readonly own: Pick<ShipOptions, 'spool' | 'end' | 'lastSeq' | 'moved'>
  readonly publish: ShipOptions['publish']
  readonly publishFailed: ShipOptions['publishFailed']
  readonly drainLimitMs: number
}

/** Once disposed, waits until everything is shipped, for at most `drainLimitMs`. */
export function startShipping(options: ShipSpoolsOptions): AsyncDisposable {
  const giveUp = new AbortController()
  let ended = false
  const { root, own, publish, publishFailed } = options

  const ship = async (
    spool: Omit<ShipOptions, 'publish' | 'publishFailed'>,
    isEnded: () => boolean,
  ) => {
    while (!giveUp.signal.aborted) {
      try {
        const all = await shipSpool({ ...spool, publish, publishFailed }, isEnded, giveUp.signal)
        if (all) await removeSpool(spool.directory)
        return
      } catch (error) {
        publishFailed(error)
        await sleep(1000, undefined, { signal: giveUp.signal }).catch(() => {})
      }
    }
  }

  const shipEarlier = async () => {
    for (const spool of await findSpools(root)) {
      if (spool === own.spool) continue
      const directory = join(root, spool)
      const last = Math.max(0, ...(await segmentSizes(directory)).keys())
      const end = { segment: last + 1, offset: 0 }
      await ship({ directory, spool, end: () => end, moved: () => {} }, () => true)
    }
  }

  const done = Promise.all([
    ship({ ...own, directory: join(root, own.spool) }, () => ended),
    shipEarlier().catch(publishFailed),
  ])
  return {
    [Symbol.asyncDispose]: async () => {
      ended = true
      const timer = setTimeout(() => giveUp.abort(), options.drainLimitMs)
      await done
      clearTimeout(timer)
    },
  }
}
