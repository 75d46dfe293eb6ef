// From one server to all of them. Whatever does not go as it should throws, and whoever called rolls back.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Weights } from './balancers.ts'
import type { Server } from './inventory.ts'
import { earlyObjectionsTo } from './judge.ts'
import type { Place } from './place.ts'
import { instances } from './prometheus.ts'
import { replace } from './start-release.ts'
import { type Canary, look, watchCanary } from './watch-canary.ts'
import { canaryWeights } from './weights.ts'

export interface RollOut {
  readonly release: string
  /** Of all servers, before anything is done. */
  readonly usual: Weights
  /** Told before a server is touched. */
  readonly touch: (server: Server) => void
  readonly stop: AbortSignal
}

/** Also warms it up: what is slow because it has never run tells nothing of a release. */
const firstVisits = 50
const scrapeLimitMs = 120_000
const slowStartMs = 120_000
const pollMs = 500

export async function rollOut(place: Place, given: RollOut): Promise<void> {
  const { say, balancers } = place
  const [first, ...others] = place.inventory.servers
  if (first === undefined) throw new Error('there is no server')
  const canary = await startCanary(place, first, given)
  const objections = await watchCanary(place, canary, given.stop)
  if (objections.length > 0) throw new Error(objections.join('; '))
  say(`${first.name}: good. The others, one after the other`)
  await balancers.setWeights(given.usual)
  let bad = 0
  for (const server of others) {
    given.touch(server)
    await replace(place, server, given.release, given.stop)
    await balancers.letIn(server.name, given.usual.get(server.name) ?? 0)
    await balancers.settled(server.name, slowStartMs, given.stop)
    // More visitors each time: what a hundredth of them did not show may show now.
    const early = earlyObjectionsTo(await look(place, first, place.thresholds.watchedMs))
    bad = early.length > 0 ? bad + 1 : 0
    if (bad >= place.thresholds.badLooks) throw new Error(early.join('; '))
  }
}

async function startCanary(place: Place, server: Server, given: RollOut): Promise<Canary> {
  const { balancers, say } = place
  const { usual, stop } = given
  const { share } = place.thresholds
  const weights = canaryWeights(usual, server.name, share)
  if (weights === undefined) throw new Error('no weights of HAProxy make so small a share')
  given.touch(server)
  const startedAt = await replace(place, server, given.release, stop)
  await visitFirst(place, server, stop)
  await seen(place, server, startedAt, stop)
  const own = weights.get(server.name) ?? 0
  const ofOthers = new Map([...weights].filter(([name]) => name !== server.name))
  await balancers.setWeights(ofOthers)
  for (const name of ofOthers.keys()) await balancers.settled(name, slowStartMs, stop)
  await balancers.letIn(server.name, own)
  const sum = [...weights.values()].reduce((total, weight) => total + weight, 0)
  say(`${server.name}: ${own} of ${sum} requests`)
  return { server, startedAt, weights }
}

/** Before any visitor comes; one that is answered wrongly is enough. */
async function visitFirst({ visit }: Place, server: Server, stop: AbortSignal): Promise<void> {
  if (visit === undefined) return
  for (let i = 1; i <= firstVisits; i++) {
    stop.throwIfAborted()
    if (!(await visit(server)))
      throw new Error(`${server.name}: visit ${i} of the floor was answered wrongly`)
  }
}

/** Whom Prometheus does not see gets no visitors. */
async function seen(
  { prometheus }: Place,
  server: Server,
  startedAt: number,
  stop: AbortSignal,
): Promise<void> {
  const limit = performance.now() + scrapeLimitMs
  const query = `max(process_start_time_seconds{${instances([server.instance])}})`
  while ((await prometheus.ask(query)) !== startedAt) {
    if (performance.now() > limit)
      throw new Error(`Prometheus does not see the new process of ${server.name}`)
    await sleep(pollMs, undefined, { signal: stop })
  }
}
