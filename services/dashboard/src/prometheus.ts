import { z } from 'zod'

export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  /** NaN where nothing was divided by nothing. */
  readonly value: number
}

const Answer = z.object({
  data: z.object({
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        value: z.tuple([z.number(), z.string()]),
      }),
    ),
  }),
})

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

const timeoutMs = 5_000

/** An instant query. @throws when Prometheus does not answer, or not as itself */
export function createAsk(origin: string, fetch: Fetch) {
  return async (query: string): Promise<Sample[]> => {
    const answer = await fetch(`${origin}/api/v1/query`, {
      method: 'POST',
      body: new URLSearchParams({ query }),
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (!answer.ok) throw new Error(`Prometheus answered ${answer.status}`)
    const { data } = Answer.parse(await answer.json())
    return data.result.map(({ metric, value: [, text] }) => ({
      labels: metric,
      value: readNumber(text),
    }))
  }
}

/** As Prometheus writes numbers. */
export function readNumber(text: string): number {
  if (/^[+-]?Inf$/u.test(text)) return text.startsWith('-') ? -Infinity : Infinity
  return Number(text)
}
