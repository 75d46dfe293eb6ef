import { z } from 'zod'

export interface Prometheus {
  /** The one number that a query gives now; undefined if it gives none. Rejects while Prometheus does not answer. */
  readonly ask: (query: string) => Promise<number | undefined>
}

const patienceMs = 5_000

const Answer = z.object({
  status: z.literal('success'),
  data: z.object({
    result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })).max(1),
  }),
})

export function createPrometheus(url: string): Prometheus {
  const api = `${url.replace(/\/$/u, '')}/api/v1/query`
  return {
    ask: async (query) => {
      const answer = await fetch(api, {
        method: 'POST',
        body: new URLSearchParams({ query }),
        signal: AbortSignal.timeout(patienceMs),
      })
      const text = await answer.text()
      if (!answer.ok) throw new Error(`Prometheus answers ${answer.status}: ${text.slice(0, 300)}`)
      const { data } = Answer.parse(JSON.parse(text))
      const value = data.result[0]?.value[1]
      const number = value === undefined ? Number.NaN : Number(value)
      return Number.isNaN(number) ? undefined : number
    },
  }
}

/** Matchers of the servers with these labels `instance`. */
export function instances(labels: readonly string[]): string {
  const alternatives = labels.map((label) => label.replaceAll(/[.+*?()[\]{}|\\^$]/gu, '\\$&'))
  return `instance=~${JSON.stringify(alternatives.join('|'))}`
}
