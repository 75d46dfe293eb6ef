import { setTimeout as sleep } from 'node:timers/promises'

/** Resolves after `ms`, or at once when `signal` says so. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  // The only rejection is the signal's own.
  await sleep(ms, undefined, { signal }).catch(() => {})
}

/** Half to one and a half times `ms`: those who failed together must not come back together. */
export function jittered(ms: number): number {
  return ms * (0.5 + Math.random())
}
