// For tests: a fetch that answers what it is told, one answer after the other, and keeps what it was asked.
import type { ProblemCode } from '@sleepwell/contracts/problem'

export interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: Headers
  readonly body: string | undefined
}

type Reply = Response | Error | ((signal: AbortSignal) => Promise<Response>)

export function answering(...replies: Reply[]) {
  const asked: Asked[] = []
  const fetch = async (url: unknown, init: RequestInit = {}) => {
    const { method = 'GET', headers, body, signal } = init
    asked.push({
      method,
      url: String(url),
      headers: new Headers(headers),
      body: body instanceof Blob ? await body.text() : typeof body === 'string' ? body : undefined,
    })
    signal?.throwIfAborted()
    const reply = replies.shift()
    if (reply === undefined) throw new Error('asked once too often')
    if (reply instanceof Error) throw reply
    if (typeof reply === 'function') return reply(signal as AbortSignal)
    return reply
  }
  return { asked, fetch }
}

export const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
  })

const statuses: Partial<Record<ProblemCode, number>> = {
  slug_taken: 409,
  forbidden: 403,
  unavailable: 503,
  rate_limited: 429,
}

export function refusal(code: ProblemCode, headers: Record<string, string> = {}): Response {
  const status = statuses[code] ?? 400
  const title = code === 'slug_taken' ? 'Another link has this slug' : code
  const type = `urn:sleepwell:problem:${code}`
  return new Response(JSON.stringify({ type, title, status, code, requestId: 'r-1' }), {
    status,
    headers: { 'Content-Type': 'application/problem+json', 'X-Request-Id': 'r-1', ...headers },
  })
}

/** Never answers; ends as fetch does when its signal is aborted. */
export const silence = (signal: AbortSignal) =>
  new Promise<Response>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
