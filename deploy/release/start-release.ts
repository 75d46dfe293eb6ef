import { setTimeout as sleep } from 'node:timers/promises'
import { runCommand } from './command.ts'
import type { Server } from './inventory.ts'
import type { Place } from './place.ts'
import { isReady, startOf } from './process.ts'

const pollMs = 200
/** A redirect takes 200 ms; who takes longer is answered by the process, which ends in order. */
const inFlightMs = 30_000

/** What a server runs, as its command says. */
export async function releaseOn({ inventory }: Place, server: Server): Promise<string> {
  return await runCommand(inventory.running, wordsFor(server), inventory.commandSeconds)
}

/** Resolves when no request is under way there, or it has taken too long. */
export async function emptied({ balancers }: Place, server: Server, stop: AbortSignal) {
  const limit = performance.now() + inFlightMs
  while ((await balancers.inFlight(server.name)) > 0 && performance.now() < limit)
    await sleep(pollMs, undefined, { signal: stop })
}

/** Resolves, when a process of that release is ready, to when it began; rejects if there is none in time. */
export async function startRelease(
  place: Place,
  server: Server,
  release: string,
  stop: AbortSignal,
): Promise<number> {
  const { run, commandSeconds, readySeconds } = place.inventory
  const before = await startOf(server)
  await runCommand(run, { ...wordsFor(server), release }, commandSeconds)
  const limit = performance.now() + readySeconds * 1000
  for (;;) {
    const startedAt = await startOf(server)
    if (startedAt !== undefined && startedAt !== before && (await isReady(server))) {
      const runs = await releaseOn(place, server)
      if (runs !== release) throw new Error(`${server.name} runs ${runs}, not ${release}`)
      return startedAt
    }
    if (performance.now() > limit)
      throw new Error(`${server.name} was not ready within ${readySeconds} s`)
    await sleep(pollMs, undefined, { signal: stop })
  }
}

/** Takes a server out of traffic for a release, which then is ready, and held back still. */
export async function replace(
  place: Place,
  server: Server,
  release: string,
  stop: AbortSignal,
): Promise<number> {
  const { balancers, say } = place
  say(`${server.name}: no further requests`)
  await balancers.empty(server.name)
  await emptied(place, server, stop)
  await balancers.hold(server.name)
  say(`${server.name}: starting ${release}`)
  const startedAt = await startRelease(place, server, release, stop)
  say(`${server.name}: ready`)
  return startedAt
}

function wordsFor({ name, host }: Server) {
  return { server: name, host }
}
