// Visitors who know where each link leads. Open loop: they come at the same rate however slow the answers are, and a wait
// counts from when they wanted to come.
import { Agent, get } from 'node:http'
import { firefox } from '../api.ts'
import { openLoop } from '../open-loop.ts'

/** Where an answer may lead; a number is its status. */
export interface Visit {
  readonly slug: string
  readonly right: (status: number, location: string | undefined) => boolean
}

export interface Tally {
  asked: number
  /** As it should be, however long it took. */
  right: number
  /** As it should be, within the 200 ms that a visitor is promised. */
  ok: number
  /** Led elsewhere, or called absent or gone. */
  wrong: number
  /** 503, 429 (somebody at the same address is scanning, and no cache could say that the link is there), or no answer at all. */
  failed: number
  worstMs: number
}

export interface Traffic extends AsyncDisposable {
  /** Requests that are sent from now on count in the tally returned, and no longer in the one before. */
  readonly next: () => Tally
  /** When the last visitor wanted to come who was not answered rightly and in time; on the clock of performance.now(). */
  readonly lastNotOkAt: () => number
  /** Resolves when the last request has ended. */
  readonly stop: () => Promise<void>
}

/** Whom nobody has answered by then, nobody answers. */
const patienceMs = 10_000
/** More at a time this process cannot carry; who comes then is not answered. */
const maxOpen = 2_000
export const promisedMs = 200

export function startTraffic(url: string, perSecond: number, visit: () => Visit): Traffic {
  const agent = new Agent({ keepAlive: true, maxSockets: 1024 })
  let open = 0
  let tally = newTally()
  let lastNotOkAt = -Infinity

  const go = async (wantedAt: number, into: Tally) => {
    const { slug, right } = visit()
    into.asked++
    open++
    const answer = open <= maxOpen ? await ask(`${url}/${slug}`, agent) : undefined
    open--
    const tookMs = performance.now() - wantedAt
    into.worstMs = Math.max(into.worstMs, tookMs)
    if (answer !== undefined && right(answer.status, answer.location)) {
      into.right++
      if (tookMs <= promisedMs) {
        into.ok++
        return
      }
    } else if (answer === undefined || turnedAway(answer.status)) into.failed++
    else into.wrong++
    lastNotOkAt = Math.max(lastNotOkAt, wantedAt)
  }
  const loop = openLoop(perSecond, (wantedAt) => go(wantedAt, tally))
  const stop = async () => {
    await loop.stop()
    agent.destroy()
  }
  return {
    next: () => (tally = newTally()),
    lastNotOkAt: () => lastNotOkAt,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** Told to come again. */
export function turnedAway(status: number): boolean {
  return status === 503 || status === 429
}

function newTally(): Tally {
  return { asked: 0, right: 0, ok: 0, wrong: 0, failed: 0, worstMs: 0 }
}

interface Answer {
  readonly status: number
  readonly location: string | undefined
}

function ask(url: string, agent: Agent): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    const request = get(url, { agent, headers: { 'user-agent': firefox } }, (answer) => {
      const { statusCode: status = 0, headers } = answer
      answer.resume().once('close', () => resolve({ status, location: headers.location }))
    })
    const late = setTimeout(() => request.destroy(), patienceMs)
    request.once('error', () => resolve(undefined)).once('close', () => clearTimeout(late))
  })
}

/** As people choose: the second link half as often as the first, the third a third as often. */
export function zipf<T>(things: readonly T[]): () => T {
  const sums: number[] = []
  let sum = 0
  for (let i = 1; i <= things.length; i++) sums.push((sum += 1 / i))
  return () => {
    const wanted = Math.random() * sum
    let [low, high] = [0, things.length - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((sums[middle] ?? 0) < wanted) low = middle + 1
      else high = middle
    }
    const chosen = things[low]
    if (chosen === undefined) throw new Error('there is nothing to choose from')
    return chosen
  }
}
