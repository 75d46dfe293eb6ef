// All HAProxys of a place as one: what is said to one of them is said to all.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Haproxy, ProxyServer } from './haproxy.ts'

export type Weights = ReadonlyMap<string, number>

export interface Balancers {
  /** As they are, of these servers. @throws {Error} if HAProxys or backends differ, or a server is not in all of them */
  readonly weights: () => Promise<Weights>
  readonly setWeights: (weights: Weights) => Promise<void>
  /** No further request goes there; those under way end. */
  readonly empty: (server: string) => Promise<void>
  /** The same, and no failed check is heard of, until it is let in. */
  readonly hold: (server: string) => Promise<void>
  readonly letIn: (server: string, weight: number) => Promise<void>
  readonly inFlight: (server: string) => Promise<number>
  /** Sentences about what keeps servers from serving at these weights; empty if nothing does. */
  readonly troubles: (expected: Weights) => Promise<string[]>
  /** Resolves when it serves with all of its weight. */
  readonly settled: (server: string, limitMs: number, stop: AbortSignal) => Promise<void>
}

const pollMs = 200

export function createBalancers(
  haproxies: readonly Haproxy[],
  backends: readonly string[],
  servers: readonly string[],
): Balancers {
  const toAll = async (commands: (path: string) => readonly string[], names: readonly string[]) => {
    const lines = backends.flatMap((backend) =>
      names.flatMap((name) => commands(`${backend}/${name}`)),
    )
    // Also those that come after one that does not answer.
    const ends = await Promise.allSettled(haproxies.map(({ tell }) => tell(lines)))
    const failed = ends.find((end) => end.status === 'rejected')
    if (failed !== undefined) throw failed.reason
  }
  const views = async () => {
    const pairs = haproxies.flatMap((haproxy) => backends.map((backend) => ({ haproxy, backend })))
    return await Promise.all(
      pairs.map(async ({ haproxy, backend }) => {
        const all = await haproxy.read(backend)
        const missing = servers.find((name) => !all.has(name))
        if (missing !== undefined)
          throw new Error(`HAProxy at ${haproxy.place} has no ${missing} in ${backend}`)
        return { place: `${backend} at ${haproxy.place}`, all }
      }),
    )
  }
  const seen = async (server: string) =>
    (await views()).map(({ place, all }) => ({ place, one: all.get(server) ?? nothing }))
  const setWeights = async (weights: Weights) =>
    await toAll(
      (path) => [`set server ${path} weight ${weights.get(path.replace(/^.*\//u, '')) ?? 0}`],
      [...weights.keys()],
    )
  return {
    setWeights,
    weights: async () => {
      const [first, ...others] = (await views()).map(
        ({ all }) => new Map(servers.map((name) => [name, all.get(name)?.weight ?? 0])),
      )
      for (const name of servers)
        if (others.some((one) => one.get(name) !== first?.get(name)))
          throw new Error(`${name} has different weights in HAProxy`)
      return first ?? new Map()
    },
    empty: async (server) => await setWeights(new Map([[server, 0]])),
    hold: async (server) => await toAll((path) => [`set server ${path} state maint`], [server]),
    letIn: async (server, weight) =>
      await toAll(
        (path) => [`set server ${path} weight ${weight}`, `set server ${path} state ready`],
        [server],
      ),
    inFlight: async (server) =>
      (await seen(server)).reduce((sum, { one }) => sum + one.inFlight, 0),
    troubles: async (expected) => {
      const all = await views()
      return all.flatMap(({ place, all: those }) =>
        [...expected].flatMap(([name, weight]) =>
          troubleOf(those.get(name) ?? nothing, weight).map((what) => `${name} ${what} (${place})`),
        ),
      )
    },
    settled: async (server, limitMs, signal) => {
      const limit = performance.now() + limitMs
      const isSettled = ({ one }: { one: ProxyServer }) => serves(one) && !one.slowStart
      while (!(await seen(server)).every(isSettled)) {
        if (performance.now() > limit)
          throw new Error(`${server} does not serve with all its weight`)
        await sleep(pollMs, undefined, { signal })
      }
    },
  }
}

const nothing: ProxyServer = {
  status: 'unknown',
  weight: 0,
  slowStart: false,
  inFlight: 0,
  requests: 0,
  answered5xx: 0,
}

/** A backend that asks nobody how they are takes them for up. */
function serves({ status }: ProxyServer): boolean {
  return status.startsWith('UP') || status === 'no check'
}

function troubleOf(server: ProxyServer, weight: number): string[] {
  // A server without weight is shown as one that drains.
  if (!serves(server) && !(weight === 0 && server.status === 'DRAIN'))
    return [`is ${server.status}`]
  return server.weight === weight ? [] : [`has weight ${server.weight}, not ${weight}`]
}
