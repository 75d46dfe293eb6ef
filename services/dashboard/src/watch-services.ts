// Where no Prometheus watches, the services are asked themselves, and as much of it remembered as a rate needs.
import { lookup } from 'node:dns/promises'
import type { AdminUrl } from './admin-urls.ts'
import type { Fetch } from './prometheus.ts'
import { type Metrics, readMetrics } from './metrics-text.ts'

export interface Watched {
  readonly service: string
  readonly origin: string
  /** Whether it answered the last time. */
  readonly up: boolean
  /** Oldest first; of one life of the process. */
  readonly looks: readonly Look[]
}

export interface Look {
  readonly at: number
  readonly metrics: Metrics
}

const rememberedMs = 300_000
const timeoutMs = 2_000

/** @param now milliseconds, monotonic */
export function createWatch(
  urls: readonly AdminUrl[],
  { fetch, now }: { readonly fetch: Fetch; readonly now: () => number },
) {
  let watched = new Map<string, Watched>()

  async function look(service: string, origin: string): Promise<Watched> {
    const before = watched.get(origin)?.looks ?? []
    try {
      const answer = await fetch(`${origin}/metrics`, { signal: AbortSignal.timeout(timeoutMs) })
      if (!answer.ok) throw new Error(`answered ${answer.status}`)
      const metrics = readMetrics(await answer.text())
      const at = now()
      const kept = sameLife(before.at(-1)?.metrics, metrics) ? before : []
      const looks = [...kept.filter((one) => one.at > at - rememberedMs), { at, metrics }]
      return { service, origin, up: true, looks }
    } catch {
      return { service, origin, up: false, looks: before }
    }
  }

  return {
    /** Asks each of them. */
    look: async (): Promise<void> => {
      const places = await Promise.all(urls.map(resolve))
      const seen = await Promise.all(
        places.flat().map(({ service, origin }) => look(service, origin)),
      )
      watched = new Map(seen.map((one) => [one.origin, one]))
    },
    watched: (): readonly Watched[] => [...watched.values()],
  }
}

function sameLife(before: Metrics | undefined, after: Metrics): boolean {
  const startOf = (metrics: Metrics | undefined) =>
    metrics?.get('process_start_time_seconds')?.[0]?.value
  return startOf(before) === startOf(after)
}

/** A name may stand for several processes. */
async function resolve({ service, origin }: AdminUrl): Promise<AdminUrl[]> {
  const { protocol, hostname, port } = new URL(origin)
  try {
    const addresses = await lookup(hostname.replaceAll(/[[\]]/gu, ''), { all: true })
    const fours = addresses.filter(({ family }) => family === 4)
    return (fours.length > 0 ? fours : addresses).map(({ address, family }) => ({
      service,
      origin: `${protocol}//${family === 4 ? address : `[${address}]`}${port === '' ? '' : `:${port}`}`,
    }))
  } catch {
    return [{ service, origin }]
  }
}
