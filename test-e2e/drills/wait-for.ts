import { setTimeout as sleep } from 'node:timers/promises'

const patienceMs = 120_000

/** @param lastWords of those who are waited for, told when they do not come */
export async function waitFor(
  what: string,
  attempt: () => Promise<boolean>,
  lastWords: () => string,
): Promise<void> {
  const limit = performance.now() + patienceMs
  while (!(await attempt())) {
    if (performance.now() > limit)
      throw new Error(`${what}: not within ${patienceMs / 1000} s\n${lastWords()}`)
    await sleep(50)
  }
}
