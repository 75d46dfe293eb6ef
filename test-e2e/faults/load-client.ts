// Visitors that remember every answer. Open loop: as many a second as wanted, however slow the answers are. Closed loop:
// each comes again as soon as it was answered.
import { Agent, get } from 'node:http'
import { firefox } from '../api.ts'
import { type Loop, openLoop } from '../open-loop.ts'

export interface LoadClient extends AsyncDisposable {
  /** X-Request-Id of each 302. */
  readonly answered: readonly string[]
  /** Requests that ended in another way. */
  readonly others: () => number
  /** Resolves when the last request is answered. */
  readonly stop: () => Promise<void>
}

export function startLoad(
  shortLink: string | (() => string),
  pace: { readonly perSecond: number } | { readonly visitors: number },
  /** What an open loop needs of them for requests that are not answered for a while. */
  maxSockets = 64,
): LoadClient {
  const agent = new Agent({ keepAlive: true, maxSockets })
  const headers = { 'user-agent': firefox }
  const answered: string[] = []
  let others = 0
  let stopped = false

  const ask = () =>
    new Promise<void>((resolve) => {
      const failed = () => {
        others++
        resolve()
      }
      const url = typeof shortLink === 'string' ? shortLink : shortLink()
      const request = get(url, { agent, headers }, (answer) => {
        const id = answer.headers['x-request-id']
        if (answer.statusCode === 302 && typeof id === 'string') answered.push(id)
        else others++
        answer.resume().once('end', resolve)
      })
      request.once('error', failed)
    })

  const visitor = async () => {
    while (!stopped) await ask()
  }
  const loop =
    'visitors' in pace
      ? closedLoop(Array.from({ length: pace.visitors }, visitor))
      : openLoop(pace.perSecond, ask)
  const stop = async () => {
    stopped = true
    await loop.stop()
    agent.destroy()
  }
  return { answered, others: () => others, stop, [Symbol.asyncDispose]: stop }
}

function closedLoop(visitors: readonly Promise<void>[]): Loop {
  return { stop: async () => void (await Promise.all(visitors)) }
}
