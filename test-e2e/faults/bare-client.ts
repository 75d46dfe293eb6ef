// Clients as one writes them without a thought of what may break: what the guards of redirect are measured against.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Tally } from './traffic.ts'

/** So many at the same time; who has no answer in the end has failed. @param ask resolves to whether it is right */
export async function askBarely(
  ask: () => Promise<boolean>,
  { times = 50, waitMs = 300 } = {},
): Promise<Tally> {
  const startedAt = performance.now()
  let [right, wrong] = [0, 0]
  const one = async () => {
    try {
      if (await ask()) right++
      else wrong++
    } catch {
      // It was refused, or cut off.
    }
  }
  await Promise.race([sleep(waitMs), Promise.all(Array.from({ length: times }, one))])
  const failed = times - right - wrong
  return {
    asked: times,
    right,
    ok: right,
    wrong,
    failed,
    worstMs: performance.now() - startedAt,
  }
}
