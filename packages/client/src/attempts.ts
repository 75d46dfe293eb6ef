import { SleepwellError } from './sleepwell-error.ts'

/** How long the first wait may be; each following one twice that. */
const firstMs = 200
const longestMs = 10_000
/** Who is told to come back later than that has to decide himself. */
const longestRetryAfterSeconds = 60

/** What may be different the next time, and is safe to say twice: every change carries its Idempotency-Key. */
const again = new Set([
  'unreachable',
  'timeout',
  'unavailable',
  'request_timeout',
  'request_in_progress',
  'rate_limited',
])

/**
 * @param attempt called with 0, 1, …
 * @param wait milliseconds; rejects when the caller has had enough
 * @param random as Math.random
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  retries: number,
  wait: (ms: number) => Promise<void>,
  random: () => number,
): Promise<T> {
  for (let n = 0; ; n++) {
    try {
      return await attempt()
    } catch (error) {
      const pause = n < retries ? pauseAfter(error, n, random) : undefined
      if (pause === undefined) throw error
      await wait(pause)
    }
  }
}

/** Milliseconds; undefined: it would be in vain. */
export function pauseAfter(error: unknown, n: number, random: () => number): number | undefined {
  if (!(error instanceof SleepwellError)) return undefined
  const { code, status, retryAfterSeconds = 0 } = error
  // 502 and 504 are a proxy's.
  if (!again.has(code) && ![429, 502, 503, 504].includes(status)) return undefined
  if (retryAfterSeconds > longestRetryAfterSeconds) return undefined
  // Anywhere in it: clients that failed together must not come back together.
  return retryAfterSeconds * 1000 + random() * Math.min(longestMs, firstMs * 2 ** n)
}

/** Rejects with the reason of the first signal that is aborted, as soon as it is. */
export function pause(ms: number, signals: readonly AbortSignal[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer)
      for (const signal of signals) signal.removeEventListener('abort', stop)
    }
    const stop = () => {
      end()
      reject(signals.find((one) => one.aborted)?.reason)
    }
    const timer = setTimeout(() => {
      end()
      resolve()
    }, ms)
    for (const signal of signals) signal.addEventListener('abort', stop)
    if (signals.some((one) => one.aborted)) stop()
  })
}
