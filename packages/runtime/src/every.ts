import { setTimeout as sleep } from 'node:timers/promises'

/** Runs `work` now and `pauseMs` after each end of it, until disposed; a failure is reported and survived. */
export function every(
  pauseMs: number,
  work: () => Promise<void>,
  failed: (error: unknown) => void,
): AsyncDisposable {
  const stopping = new AbortController()
  const loop = async () => {
    while (!stopping.signal.aborted) {
      await work().catch(failed)
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
