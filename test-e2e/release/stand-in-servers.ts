// Servers that run a release when they are told to, as far as anybody can tell from outside: by name it does what its name says.
import { createServer, type RequestListener } from 'node:http'
import { once } from 'node:events'
import { probeLink } from '@sleepwell/contracts/probe-link'
import { openControl } from './control.ts'

export interface StandInServers extends AsyncDisposable {
  /** Commands of an inventory. */
  readonly run: readonly string[]
  readonly running: readonly string[]
  readonly releaseOn: (server: string) => string
  /** Every server that was ever told to run it. */
  readonly everRan: (release: string) => readonly string[]
  /** Seconds since the epoch. */
  readonly startOf: (server: string) => number
  /** The process ends, and is started again. */
  readonly crash: (server: string) => void
  /** From now on nothing can be started. */
  breakStarts: boolean
}

interface Running {
  release: string
  startedAt: number
}

const host = '127.0.0.1'

/** @param firstPort of the first; admin ports are 1000 higher */
export async function openStandIns(
  names: readonly string[],
  firstPort: number,
): Promise<StandInServers> {
  const open = new AsyncDisposableStack()
  const serve = async (port: number, listener: RequestListener) => {
    const server = createServer(listener).listen(port, host)
    await once(server, 'listening')
    open.defer(async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    })
  }
  const all = new Map<string, Running>()
  const told: { readonly server: string; readonly release: string }[] = []
  let broken = false
  for (const [i, name] of names.entries()) {
    const one = { release: 'old', startedAt: Date.now() / 1000 }
    all.set(name, one)
    await serve(firstPort + i, (_req, res) => {
      if (one.release === 'lost') return res.writeHead(404).end()
      res.writeHead(302, { Location: probeLink.destination }).end()
    })
    await serve(firstPort + i + 1000, (req, res) => {
      if (req.url === '/metrics') return res.end(`process_start_time_seconds ${one.startedAt}\n`)
      res.writeHead(one.release === 'never-ready' ? 503 : 200).end()
    })
  }
  const control = open.use(
    await openControl({
      running: (server) => all.get(server)?.release ?? '',
      run: async (server, release) => {
        told.push({ server, release })
        if (broken) throw new Error('nothing can be started')
        Object.assign(all.get(server) ?? {}, { release, startedAt: Date.now() / 1000 })
      },
    }),
  )
  return {
    run: control.run,
    running: control.running,
    releaseOn: (server) => all.get(server)?.release ?? '',
    everRan: (release) => [
      ...new Set(told.filter((one) => one.release === release).map(({ server }) => server)),
    ],
    startOf: (server) => all.get(server)?.startedAt ?? 0,
    crash: (server) => void Object.assign(all.get(server) ?? {}, { startedAt: Date.now() / 1000 }),
    get breakStarts() {
      return broken
    },
    set breakStarts(value) {
      broken = value
    },
    [Symbol.asyncDispose]: async () => await open.disposeAsync(),
  }
}
