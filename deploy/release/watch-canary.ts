// Minutes in which one server has the new release and a hundredth of the visitors, and what speaks against it.
import { setTimeout as sleep } from 'node:timers/promises'
import { startFloor } from './floor.ts'
import type { Server } from './inventory.ts'
import {
  earlyObjectionsTo,
  type Figure,
  figureOf,
  inWords,
  isAbove,
  objectionsTo,
} from './judge.ts'
import type { Place } from './place.ts'
import { startOf } from './process.ts'
import { instances } from './prometheus.ts'
import { queryIn } from './thresholds.ts'
import type { Weights } from './balancers.ts'

export interface Canary {
  readonly server: Server
  /** When its process began. */
  readonly startedAt: number
  /** Of all servers, while it is watched. */
  readonly weights: Weights
}

const pollMs = 1_000
/** So often in a row it may not tell how it is: it may be busy. */
const mostSilent = 3
/** More visits of the floor than have to be there in the end: Prometheus sees neither the first nor the last ones. */
const floorMargin = 1.2
const mostWrong = 0.01

/** Resolves to everything that speaks against it, as soon as that is clear; to nothing, in the end, if it is good. */
export async function watchCanary(
  place: Place,
  canary: Canary,
  stop: AbortSignal,
): Promise<readonly string[]> {
  const { watchedMs, lookMs, badLooks, leastRequests } = place.thresholds
  const everyMs = watchedMs / (leastRequests * floorMargin)
  const floor = place.visit && startFloor(place.visit, canary.server, everyMs)
  const wellBeing = createWellBeing(place, canary)
  try {
    const begunAt = performance.now()
    let [nextLookMs, bad] = [lookMs, 0]
    for (;;) {
      await sleep(Math.min(pollMs, lookMs), undefined, { signal: stop })
      const wrong = floor === undefined ? 0 : floor.wrong()
      const troubles = await wellBeing()
      if (wrong > leastRequests * mostWrong)
        troubles.push(`${wrong} of ${floor?.made()} visits of the floor were answered wrongly`)
      if (troubles.length > 0) return troubles
      const elapsedMs = performance.now() - begunAt
      if (elapsedMs < Math.min(nextLookMs, watchedMs)) continue
      nextLookMs += lookMs
      const figures = await look(place, canary.server, elapsedMs)
      if (elapsedMs >= watchedMs) return objectionsTo(figures)
      const early = earlyObjectionsTo(figures)
      bad = early.length > 0 ? bad + 1 : 0
      if (bad >= badLooks) return early
    }
  } finally {
    await floor?.stop()
  }
}

/** Asks Prometheus everything, and tells what it says. */
export async function look(place: Place, server: Server, windowMs: number): Promise<Figure[]> {
  const { inventory, prometheus, thresholds, say, keep } = place
  const others = inventory.servers.filter((one) => one !== server)
  const scope = {
    canary: instances([server.instance]),
    stable: instances(others.map(({ instance }) => instance)),
    windowMs,
  }
  const ask = async (query: string) =>
    await prometheus.ask(queryIn(query, scope)).catch((error: unknown) => errorOf(error))
  const figures = await Promise.all(
    thresholds.checks.map(async (check) => {
      const figure = figureOf(check, await ask(check.query))
      if (check.early === undefined || !isAbove(figure)) return figure
      const isChance = (await ask(check.early)) === undefined
      return isChance ? { ...figure, few: true as const } : figure
    }),
  )
  const windowSeconds = Math.round(windowMs / 1000)
  keep({ at: new Date().toISOString(), windowSeconds, figures })
  say(`after ${windowSeconds} s: ${figures.map(inWords).join(', ')}`)
  return figures
}

/** Sentences about what is wrong now with the process, or with how visitors are led. */
function createWellBeing({ balancers }: Place, { server, startedAt, weights }: Canary) {
  let silent = 0
  return async (): Promise<string[]> => {
    const now = await startOf(server)
    silent = now === undefined ? silent + 1 : 0
    const troubles = await balancers.troubles(weights).catch((error) => [errorOf(error).message])
    if (now !== undefined && now !== startedAt) troubles.push(`${server.name} began anew`)
    if (silent > mostSilent) troubles.push(`${server.name} does not tell how it is`)
    return troubles
  }
}

function errorOf(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
