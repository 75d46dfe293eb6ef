import { setTimeout as sleep } from 'node:timers/promises'
import type { Place } from './place.ts'
import type { UnderWay } from './record.ts'
import { emptied, startRelease } from './start-release.ts'

const slowStartMs = 120_000
const tries = 3
const pauseMs = 1_000

/**
 * The old release on every server that was touched, and all weights as they were. It goes on after what fails: the more servers
 * are right, the better.
 *
 * @param hurry there is no time left; the next run goes on
 * @returns what a person has to mend, a sentence each
 */
export async function rollBack(
  place: Place,
  { touched, previous, weights }: UnderWay,
  hurry: AbortSignal,
): Promise<string[]> {
  const { balancers, inventory, say } = place
  const failed: string[] = []
  // The last one is that which was being replaced: it has visitors of the new release, or none.
  const servers = touched.flatMap(
    (name) => inventory.servers.find((one) => one.name === name) ?? [],
  )
  for (const server of servers.toReversed()) {
    const { name } = server
    const emptying = await attempt(async () => await balancers.empty(name), hurry)
    say(emptying ?? `${name}: weight 0`)
    const holding = await attempt(async () => {
      await emptied(place, server, hurry)
      await balancers.hold(name)
    }, hurry)
    say(holding ?? `${name}: starting ${previous}`)
    const starting = await attempt(async () => {
      await startRelease(place, server, previous, hurry)
    }, hurry)
    // What did not start stays held back.
    const end =
      starting ??
      (await attempt(async () => {
        await balancers.letIn(name, weights[name] ?? 0)
        await balancers.settled(name, slowStartMs, hurry)
      }, hurry))
    if (end !== undefined) failed.push(end)
    say(end ?? `${name}: back`)
  }
  if (failed.length > 0) return failed
  const asBefore = new Map(Object.entries(weights))
  const end = await attempt(async () => await balancers.setWeights(asBefore), hurry)
  return end === undefined ? [] : [end]
}

/** Resolves to why it failed each time. */
async function attempt(work: () => Promise<void>, hurry: AbortSignal): Promise<string | undefined> {
  for (let left = tries; ; left--) {
    hurry.throwIfAborted()
    try {
      await work()
      return undefined
    } catch (error) {
      if (left === 1) return error instanceof Error ? error.message : String(error)
      await sleep(pauseMs, undefined, { signal: hurry })
    }
  }
}
