// One request of a client, whatever becomes of it.
import { type Agent, request } from 'node:http'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

export interface Asked {
  readonly method?: string
  readonly url: string
  readonly agent: Agent
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: object
  /** How long this client waits. */
  readonly patienceMs: number
}

/** Undefined: no answer, or not a whole one; nobody knows what was done. */
export function ask({ method = 'GET', url, agent, headers, body, patienceMs }: Asked) {
  return new Promise<Answer | undefined>((resolve) => {
    const text = body === undefined ? undefined : JSON.stringify(body)
    const sent = request(url, {
      method,
      agent,
      headers: { ...headers, ...(text !== undefined && { 'content-type': 'application/json' }) },
    })
    const late = setTimeout(() => sent.destroy(new Error('too late')), patienceMs)
    const end = (answer: Answer | undefined) => {
      clearTimeout(late)
      resolve(answer)
    }
    sent.once('error', () => end(undefined))
    sent.once('response', (answer) => {
      const parts: Buffer[] = []
      answer
        .on('data', (part: Buffer) => parts.push(part))
        .once('error', () => end(undefined))
        .once('close', () => {
          if (!answer.complete) return end(undefined)
          const { statusCode: status = 0, headers } = answer
          end({ status, headers, body: String(Buffer.concat(parts)) })
        })
    })
    sent.end(text)
  })
}
