// Answers each question that a release is judged by with a number that was recorded, or that a test wants to see judged.
import { createServer } from 'node:http'
import { once } from 'node:events'
import { readThresholds } from '@sleepwell/deploy-release/thresholds'

export interface StandInPrometheus extends AsyncDisposable {
  readonly url: string
  /** By check; undefined: there is no number. */
  readonly figures: Map<string, number | undefined>
  away: boolean
}

const good: readonly (readonly [string, number])[] = [
  ['requests', 424],
  ['restarts', 0],
  ['redirect-availability', 0],
  ['redirect-availability-above-stable', 0],
  ['redirect-latency', 0.0021],
  ['redirect-latency-above-stable', 0.0008],
  ['redirect-not-found-above-stable', 0.011],
]

/** @param startOf when the process began that is scraped at a port */
export async function openStandInPrometheus(
  ports: readonly number[],
  startOf: (port: number) => number,
): Promise<StandInPrometheus> {
  const figures = new Map<string, number | undefined>(good)
  const checks = readThresholds('redirect', 1).checks.flatMap(({ name, query, early = query }) =>
    [query, early].map((text) => ({ name, pattern: patternOf(text) })),
  )
  let away = false
  const answer = (query: string): number | undefined => {
    const asked = checks.find(({ pattern }) => pattern.test(query))
    if (asked !== undefined) return figures.get(asked.name)
    const those = ports.filter((port) => query.includes(`:${port}`))
    if (query.startsWith('count(process_start_time_seconds')) return those.length
    if (query.startsWith('max(process_start_time_seconds')) return startOf(those[0] ?? 0)
    throw new Error(`nobody answers ${query}`)
  }
  const server = createServer((req, res) => {
    let body = ''
    req.setEncoding('utf8').on('data', (text: string) => (body += text))
    req.once('end', () => {
      if (away) return res.writeHead(503).end('away')
      const value = answer(new URLSearchParams(body).get('query') ?? '')
      const result = value === undefined ? [] : [{ metric: {}, value: [0, String(value)] }]
      res.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('it has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    figures,
    get away() {
      return away
    },
    set away(value) {
      away = value
    },
    [Symbol.asyncDispose]: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** Matches it with whatever the matchers and the window are. */
function patternOf(query: string): RegExp {
  const escaped = (text: string) => text.replaceAll(/[.+*?()[\]{}|\\^$]/gu, '\\$&')
  return new RegExp(
    `^${query
      .split(/\$[A-Z]+/u)
      .map(escaped)
      .join('[^{}[\\]]*?')}$`,
    'u',
  )
}
