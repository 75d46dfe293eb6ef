import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Runs `work` now and `pauseMs` after each end of it, until disposed. A failure is survived, and reported unless the
 * time before failed too: a database that is away for an hour is one line.
 */
export function every(
  pauseMs: number,
  work: () => Promise<void>,
  failed: (error: unknown) => void,
): AsyncDisposable {
  const stopping = new AbortController()
  let failing = false
  const loop = async () => {
    while (!stopping.signal.aborted) {
      try {
        await work()
        failing = false
      } catch (error) {
        if (!failing) failed(error)
        failing = true
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
