import { Agent, get, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { firefox } from '../api.ts'

export interface Visit {
  /** X-Request-Id of each 302. */
  readonly answered: readonly string[]
  /** By an answer that said so; between two requests; or with a request unanswered. */
  readonly end: 'dismissed' | 'closed' | 'failed'
}

export interface Pace {
  /** Between two visits; some milliseconds by chance, if absent. */
  readonly pauseMs?: number
  /** Told once the first visit is answered. */
  readonly begun?: () => void
}

/** Comes again and again on one connection, until that ends. */
export async function visitUntilDismissed(
  shortLink: string,
  { pauseMs, begun }: Pace = {},
): Promise<Visit> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const answered: string[] = []
  let closed: Promise<unknown> | undefined
  try {
    for (;;) {
      const request = get(shortLink, { agent, headers: { 'user-agent': firefox } })
      const [answer] = (await once(request, 'response')) as [IncomingMessage]
      closed ??= new Promise((resolve) => answer.socket.once('close', resolve))
      const id = answer.headers['x-request-id']
      if (answer.statusCode !== 302 || typeof id !== 'string') return { answered, end: 'failed' }
      answered.push(id)
      answer.resume()
      await once(answer, 'end')
      if (answered.length === 1) begun?.()
      if (answer.headers.connection === 'close') return { answered, end: 'dismissed' }
      const awake = new AbortController()
      const pause = sleep(pauseMs ?? Math.random() * 20, 'again', { signal: awake.signal })
      const next = await Promise.race([pause.catch(() => 'again'), closed])
      awake.abort()
      if (next !== 'again') return { answered, end: 'closed' }
    }
  } catch {
    return { answered, end: 'failed' }
  } finally {
    agent.destroy()
  }
}
