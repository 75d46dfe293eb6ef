// Who met which release, as HAProxy counts it: what a release says of itself is not asked.
import { setTimeout as sleep } from 'node:timers/promises'
import { createHaproxy, type ProxyServer } from '@sleepwell/deploy-release/haproxy'

export interface Exposure {
  /** Servers that were ever told to run it. */
  readonly servers: readonly string[]
  /** Requests that these were sent meanwhile, and those that they answered 5xx. */
  readonly met: number
  readonly failed: number
  /** Requests to all servers while one of these had visitors. */
  readonly total: number
  /** From the first to the last moment at which one had. */
  readonly seconds: number
}

export interface ExposureWatch extends AsyncDisposable {
  /** Told right before a server is told to run a release; it has no requests then. */
  readonly runs: (server: string, release: string) => Promise<void>
  readonly of: (release: string) => Promise<Exposure>
}

interface Stay {
  readonly server: string
  readonly release: string
  readonly from: ProxyServer
  until?: ProxyServer
}

interface Moment {
  readonly at: number
  readonly total: number
  /** Releases that have visitors. */
  readonly visited: ReadonlySet<string>
}

const backend = 'redirects'
const pollMs = 100

export function watchExposure(runtimeApi: string): ExposureWatch {
  const haproxy = createHaproxy(runtimeApi)
  const stays: Stay[] = []
  const moments: Moment[] = []
  let stopped = false
  const open = () => stays.filter(({ until }) => until === undefined)
  const watch = async () => {
    for (; !stopped; await sleep(pollMs)) {
      const here = open()
      // One that got no answer is one moment less; that HAProxy is gone, whoever asks it next says.
      const all = await haproxy.read(backend).catch(() => undefined)
      if (all === undefined) continue
      const isVisited = ({ server }: Stay) => {
        const { status = '', weight = 0 } = all.get(server) ?? {}
        return weight > 0 && status.startsWith('UP')
      }
      moments.push({
        at: performance.now(),
        total: [...all.values()].reduce((sum, { requests }) => sum + requests, 0),
        visited: new Set(here.filter(isVisited).map(({ release }) => release)),
      })
    }
  }
  const watching = watch()
  return {
    runs: async (server, release) => {
      const now = (await haproxy.read(backend)).get(server)
      if (now === undefined) throw new Error(`HAProxy has no ${server}`)
      for (const stay of open()) if (stay.server === server) stay.until = now
      stays.push({ server, release, from: now })
    },
    of: async (release) => {
      const now = await haproxy.read(backend)
      const own = stays.filter((stay) => stay.release === release)
      const grown = (count: (server: ProxyServer) => number) =>
        own.reduce((sum, { server, from, until = now.get(server) ?? from }) => {
          return sum + count(until) - count(from)
        }, 0)
      const visited = moments.filter((one) => one.visited.has(release))
      const [first, last] = [visited[0], visited.at(-1)]
      return {
        servers: [...new Set(own.map(({ server }) => server))],
        met: grown(({ requests }) => requests),
        failed: grown(({ answered5xx }) => answered5xx),
        total: first === undefined || last === undefined ? 0 : last.total - first.total,
        seconds: first === undefined || last === undefined ? 0 : (last.at - first.at) / 1000,
      }
    },
    [Symbol.asyncDispose]: async () => {
      stopped = true
      await watching
    },
  }
}
