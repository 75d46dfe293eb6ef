// For tests: visitors who follow one short link over and over, and remember every answer.
import { Agent, get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Answered {
  /** Its X-Request-Id, which is the click's id. */
  readonly id: string
  /** Milliseconds since the epoch, whatever the clock does. */
  readonly at: number
}

export interface Visitors {
  readonly answered: readonly Answered[]
  /** Requests that ended without a redirect. */
  readonly unanswered: () => number
  /** Resolves when so many more were answered. */
  readonly more: (count: number) => Promise<void>
  readonly stop: () => Promise<void>
}

export interface VisitorsOptions {
  readonly visitors?: number
  /** Between an answer and the same visitor's next request. */
  readonly pauseMs?: number
}

const retryMs = 20
const patienceMs = 30_000
const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

/** @param target the short link now: a process that comes back may be elsewhere */
export function startVisitors(target: () => string, options: VisitorsOptions = {}): Visitors {
  const { visitors = 16, pauseMs = 0 } = options
  const agent = new Agent({ keepAlive: true, maxSockets: visitors })
  const answered: Answered[] = []
  let unanswered = 0
  let stopped = false
  const visitor = async () => {
    while (!stopped) {
      const id = await follow(target(), agent).catch(() => undefined)
      if (id === undefined) {
        // Until one was answered: loading the link may take a busy machine longer than a visitor waits.
        if (answered.length > 0) unanswered += 1
      } else answered.push({ id, at: performance.timeOrigin + performance.now() })
      await sleep(id === undefined ? retryMs : pauseMs)
    }
  }
  const all = Promise.all(Array.from({ length: visitors }, visitor))
  return {
    answered,
    unanswered: () => unanswered,
    more: async (count) => {
      const wanted = answered.length + count
      while (answered.length < wanted) await sleep(5)
    },
    stop: async () => {
      stopped = true
      await all
      agent.destroy()
    },
  }
}

function follow(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'User-Agent': userAgent }
    const request = get(url, { agent, headers, timeout: patienceMs }, (answer) => {
      answer.resume()
      const id = answer.headers['x-request-id']
      if (answer.statusCode === 302 && typeof id === 'string') resolve(id)
      else reject(new Error(`answered ${answer.statusCode}`))
    })
    request.once('error', reject)
    request.once('timeout', () => request.destroy(new Error('no answer')))
  })
}
