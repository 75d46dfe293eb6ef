// Visitors, and programs with an API key, who keep coming through the Services for as long as the test takes.
import { setTimeout as sleep } from 'node:timers/promises'
import { firefox } from '../api.ts'
import { percentile } from '../load/measure.ts'
import { namespace } from './cluster.ts'
import type { Client } from './inside.ts'
import type { Load, Seen } from './pod/client.ts'

export const loadNames = ['visits', 'reads', 'writes', 'reports', 'pages'] as const
export type LoadName = (typeof loadNames)[number]

export interface Count {
  readonly asked: number
  readonly failed: number
  /** What became of those that failed, how often, and when. */
  readonly failures: Readonly<Record<string, string>>
  readonly p99Ms: number
}

export interface Traffic extends AsyncDisposable {
  /** Of every visitor who was led on: the id of the click. */
  readonly answered: () => string[]
  readonly setVisits: (perSecond: number) => Promise<void>
  /** Begins to count. What it resolves to has everything that was answered from then on. */
  readonly watch: () => Promise<() => Promise<Readonly<Record<LoadName, Count>>>>
}

export interface TrafficOptions {
  readonly visitor: Client
  readonly program: Client
  readonly apiKey: string
  /** Of somebody who is signed in at the dashboard. */
  readonly cookie: string
  readonly slugs: readonly string[]
  readonly visitsPerSecond: number
}

export const urlOf = (service: string, path: string) => `http://${service}.${namespace}${path}`

/** Where the link leads. */
const led = 302

const collectEveryMs = 2_000
/** Longer than any request may take to fail, were it the last one. */
const tailMs = 3_000

export async function startTraffic(options: TrafficOptions): Promise<Traffic> {
  const { visitor, program, apiKey, cookie, slugs, visitsPerSecond } = options
  const headers = { authorization: `Bearer ${apiKey}` }
  const visits = (perSecond: number): Load => ({
    urls: slugs.map((slug) => urlOf('redirect', `/${slug}`)),
    perSecond,
    headers: { 'user-agent': firefox },
    expected: led,
  })
  const calls: Record<Exclude<LoadName, 'visits'>, Load> = {
    reads: {
      urls: [urlOf('link-write', '/v1/links?limit=1')],
      perSecond: visitsPerSecond / 10,
      headers,
      expected: 200,
    },
    writes: {
      urls: [urlOf('link-write', '/v1/links')],
      perSecond: visitsPerSecond / 50,
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ destination: 'https://example.com/written' }),
      expected: 201,
    },
    reports: {
      urls: [urlOf('analytics', '/v1/reports/clicks?groupBy=total')],
      perSecond: visitsPerSecond / 25,
      headers,
      expected: 200,
    },
    pages: {
      urls: [urlOf('dashboard', '/api/reports/v1/reports/clicks?groupBy=total')],
      perSecond: visitsPerSecond / 50,
      headers: { cookie },
      expected: 200,
    },
  }
  const seen: Record<LoadName, Seen[]> = {
    visits: [],
    reads: [],
    writes: [],
    reports: [],
    pages: [],
  }
  const by = (name: LoadName) => (name === 'visits' ? visitor : program)
  await visitor.load('visits', visits(visitsPerSecond))
  for (const [name, load] of Object.entries(calls)) await program.load(name, load)

  // One at a time: two would take the same ones twice.
  let collecting = Promise.resolve()
  const collect = () => {
    const after = collecting.catch(() => {})
    collecting = takeAll(after)
    return collecting
  }
  const takeAll = async (after: Promise<void>) => {
    await after
    for (const name of loadNames) seen[name].push(...(await by(name).seen(name, seen[name].length)))
  }
  const closed = new AbortController()
  const running = (async () => {
    while (!closed.signal.aborted) {
      await sleep(collectEveryMs, undefined, { signal: closed.signal }).catch(() => {})
      await collect().catch(() => {}) // whoever counts tries again, and hears of it
    }
  })()
  return {
    answered: () => seen.visits.filter(([, , outcome]) => outcome === led).map(([, , , id]) => id),
    setVisits: (perSecond) => visitor.load('visits', visits(perSecond)),
    watch: async () => {
      await collect()
      const from = Object.fromEntries(loadNames.map((name) => [name, seen[name].length]))
      return async () => {
        await sleep(tailMs)
        await collect()
        const counts = loadNames.map((name) => {
          const expected = name === 'visits' ? led : calls[name].expected
          return [name, countOf(seen[name].slice(from[name]), expected)] as const
        })
        return Object.fromEntries(counts) as Record<LoadName, Count>
      }
    },
    [Symbol.asyncDispose]: async () => {
      closed.abort()
      await running
    },
  }
}

export function countOf(seen: readonly Seen[], expected: number): Count {
  const failed = seen.filter(([, , outcome]) => outcome !== expected)
  const failures = [...Map.groupBy(failed, ([, , outcome]) => String(outcome))]
  return {
    asked: seen.length,
    failed: failed.length,
    failures: Object.fromEntries(failures.map(([outcome, all]) => [outcome, howOften(all)])),
    p99Ms:
      seen.length === 0
        ? 0
        : percentile(
            seen.map(([, tookMs]) => tookMs),
            99,
          ),
  }
}

function howOften(seen: readonly Seen[]): string {
  const times = [seen[0], seen.at(-1)].map((one) => new Date(one?.[0] ?? 0).toISOString())
  return `${seen.length}, ${[...new Set(times)].join(' to ')}`
}
