// A network that misbehaves on request, in front of one real server: what was set applies at once, also to connections
// that are open.
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { openLane, type Direction, type Lane, type Weather } from './fault-lane.ts'

export type Fault =
  | 'pass'
  /** Every connection is broken off by a RST, and each new one too. */
  | 'reset'
  /** As of a machine on which nobody listens; open connections are broken off. */
  | 'refuse'
  /** Connections are taken and kept, and nothing comes or goes on them, until told otherwise. */
  | 'black hole'
  /** Connections that are open now stay so and are silent for ever; new ones work. */
  | 'half-open'
  /** In both directions if none is named. A rate is for each connection. */
  | (Partial<Weather> & { readonly direction?: Direction })

export interface FaultProxy extends AsyncDisposable {
  /** Where it listens. */
  readonly host: string
  readonly port: number
  readonly set: (fault: Fault) => Promise<void>
  /**
   * To another server, as when an address moves.
   *
   * @param target its port
   * @param open what becomes of open connections; where it was a name that moved, they stay where they are
   */
  readonly lead: (target: number, open?: 'break' | 'stay') => void
  /** Connections that are open now. */
  readonly connections: () => number
}

interface Connection {
  readonly client: Socket
  readonly server: Socket
  readonly lanes: Readonly<Record<Direction, Lane>>
  isSilent: boolean
}

const clear: Weather = { latencyMs: 0, jitterMs: 0, bytesPerSecond: Infinity, isSilent: false }

/** @param first port of a server on this machine */
export async function openFaultProxy(first: number, host = '127.0.0.1'): Promise<FaultProxy> {
  const connections = new Set<Connection>()
  let target = first
  let weather: Record<Direction, Weather> = { up: clear, down: clear }
  let resets = false

  const listener = createServer({ allowHalfOpen: true }, (client) => {
    client.on('error', () => {})
    if (resets) return client.resetAndDestroy()
    const server = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true })
    const lanes = { up: openLane(client, server), down: openLane(server, client) }
    const connection: Connection = { client, server, lanes, isSilent: false }
    connections.add(connection)
    apply(connection)
    for (const [end, other] of [
      [client, server],
      [server, client],
    ] as const)
      end
        .on('error', () => other.resetAndDestroy())
        .once('close', () => {
          if (client.destroyed && server.destroyed) connections.delete(connection)
        })
  })
  const apply = ({ lanes, isSilent }: Connection) => {
    for (const direction of ['up', 'down'] as const)
      lanes[direction].set({ ...weather[direction], ...(isSilent && { isSilent }) })
  }
  const listen = async (port: number) => {
    if (listener.listening) return
    listener.listen(port, host)
    await once(listener, 'listening')
  }
  await listen(0)
  const { port } = listener.address() as AddressInfo

  const breakOff = () => {
    for (const { client, server } of connections) {
      client.resetAndDestroy()
      server.resetAndDestroy()
    }
  }
  return {
    host,
    port,
    connections: () => connections.size,
    set: async (fault) => {
      resets = fault === 'reset'
      weather = weatherOf(fault)
      for (const connection of connections) {
        connection.isSilent ||= fault === 'half-open'
        apply(connection)
      }
      if (fault === 'reset' || fault === 'refuse') breakOff()
      if (fault === 'refuse') listener.close()
      else await listen(port)
    },
    lead: (next, open = 'break') => {
      target = next
      if (open === 'break') breakOff()
    },
    [Symbol.asyncDispose]: async () => {
      breakOff()
      if (listener.listening) await new Promise((resolve) => listener.close(resolve))
    },
  }
}

function weatherOf(fault: Fault): Record<Direction, Weather> {
  if (fault === 'black hole') return both({ ...clear, isSilent: true })
  if (typeof fault === 'string') return both(clear)
  const { direction, ...given } = fault
  const bad = { ...clear, ...given }
  return direction === undefined ? both(bad) : { ...both(clear), [direction]: bad }
}

function both(weather: Weather): Record<Direction, Weather> {
  return { up: weather, down: weather }
}

/** The same server, as its clients reach it through the proxy. */
export function through(proxy: FaultProxy, url: string): string {
  const changed = new URL(url)
  changed.host = `${proxy.host}:${proxy.port}`
  return changed.href
}
