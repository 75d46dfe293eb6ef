import { setTimeout as sleep } from 'node:timers/promises'
import { createFailureStreak } from './failure-streak.ts'

/**
 * Runs `work` now and `pauseMs` after each end of it, until disposed. A failure is survived, and reported
 * if it is the first in a row.
 */
export function every(
  pauseMs: number,
  work: () => Promise<void>,
  failed: (error: unknown) => void,
): AsyncDisposable {
  const stopping = new AbortController()
  const streak = createFailureStreak(failed)
  const loop = async () => {
    while (!stopping.signal.aborted) {
      try {
        await work()
        streak.worked()
      } catch (error) {
        streak.failed(error)
      }
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }
  const done = loop()
  return {
    [Symbol.asyncDispose]: async () => {
      stopping.abort()
      await done
    },
  }
}
