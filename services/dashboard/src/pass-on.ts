// The page's requests to the two APIs, with the key of the session; answers come back as they are, streams as they flow.
import { Agent, type IncomingMessage, request, type RequestOptions } from 'node:http'
import { request as requestTls } from 'node:https'
import { pipeline } from 'node:stream'
import { problem } from '@sleepwell/contracts/problem'
import { ids } from '@sleepwell/runtime/express-api'
import { sendProblem } from '@sleepwell/runtime/send-problem'
import type { Request, Response } from 'express'

export interface PassOnOptions {
  readonly origin: string
  /** As people know it. */
  readonly service: string
  /** The key opens nothing any more. */
  readonly refused: (res: Response) => void
  /** Until an answer begins, where nothing large is on its way. */
  readonly answerMs?: number
}

export interface PassOn extends Disposable {
  readonly pass: (req: Request, res: Response, path: string, apiKey: string) => void
  /** Answers under way. */
  readonly count: () => number
}

/** Before the page's client gives up (10 s): it would not know by which request. */
const answerMs = 8_000
/** Longer than a file takes to begin, and than a live feed is silent. */
const silentMs = 60_000
/** More than clients wait by themselves: whoever has waited for `answerMs` decides himself. */
const retryAfterSeconds = 61

/** Files on their way there or back, and the live feed. */
const large = /^(?:POST \/v1\/jobs|GET \/v1\/(?:links\/export|live|\S+\.csv))$/u

const passed = [
  'accept',
  'accept-encoding',
  'content-encoding',
  'content-length',
  'content-type',
  'idempotency-key',
  'if-match',
  'if-none-match',
  'last-event-id',
  'prefer',
] as const

/** Of one connection, not of the answer; and a cookie of theirs would be one of ours. */
const ofConnection = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Until disposed: then what is still under way is cut off, and live feeds come back elsewhere. */
export function createPassOn(options: PassOnOptions): PassOn {
  const { origin, service, refused } = options
  const agent = new Agent({ keepAlive: true, maxSockets: 256 })
  const under = new Set<Response>()
  const { protocol } = new URL(origin)
  const send = protocol === 'https:' ? requestTls : request
  const requestOf = (req: Request, apiKey: string): RequestOptions => ({
    ...(protocol === 'http:' && { agent }),
    method: req.method,
    headers: { ...headersOf(req), authorization: `Bearer ${apiKey}` },
    timeout: silentMs,
  })
  return {
    pass: (req, res, path, apiKey) => {
      under.add(res)
      const asked = send(new URL(path, origin), requestOf(req, apiKey))
      const isLarge = large.test(`${req.method} ${path.split('?')[0]}`)
      const withinMs = isLarge ? silentMs : (options.answerMs ?? answerMs)
      let isLate = false
      const giveUp = () => {
        isLate = true
        asked.destroy(new Error('silent'))
      }
      const late = isLarge ? undefined : setTimeout(giveUp, withinMs)
      res.once('close', () => {
        clearTimeout(late)
        under.delete(res)
        asked.destroy()
      })
      asked.once('timeout', giveUp)
      asked.once('error', () => {
        if (res.headersSent || res.destroyed) return void res.destroy()
        const detail = isLate
          ? `${service} has not answered within ${withinMs / 1000} s.`
          : `${service} does not answer.`
        // Of a change the same Idempotency-Key may still tell what came of it.
        if (isLate && req.method === 'GET') res.setHeader('Retry-After', retryAfterSeconds)
        sendProblem(res, problem('unavailable', { ...ids(res), detail }))
      })
      asked.once('response', (answer) => {
        clearTimeout(late)
        if (answer.statusCode === 401) refused(res)
        // Whoever asked has left in the same moment; a pipe to nowhere would be thrown at the process.
        if (res.destroyed) return void answer.destroy()
        takeOver(res, answer)
        // Before it ends this one too: afterwards nobody can tell who broke off.
        answer.once('error', () => (res.locals.broken = !res.destroyed))
        pipeline(answer, res, () => {})
      })
      req.pipe(asked)
    },
    count: () => under.size,
    [Symbol.dispose]: () => {
      for (const res of under) res.destroy()
      agent.destroy()
    },
  }
}

function headersOf(req: Request): Record<string, string> {
  const found = passed.flatMap((name) => {
    const value = req.headers[name]
    return typeof value === 'string' ? [[name, value] as const] : []
  })
  return Object.fromEntries(found)
}

/** Its own X-Request-Id too: by that it is found in the logs of the service that answered. */
function takeOver(res: Response, answer: IncomingMessage): void {
  res.statusCode = answer.statusCode ?? 502
  for (const [name, value] of Object.entries(answer.headers))
    if (value !== undefined && !ofConnection.has(name)) res.setHeader(name, value)
  // A stream begins before its first event.
  res.flushHeaders()
}
