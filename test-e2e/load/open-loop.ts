// Requests at a steady rate, whether or not the answers keep up. Each latency counts from when its request was due, so a
// server that stalls is not spared the requests that a waiting client would not have made.
import { connect, type Socket } from 'node:net'
import { median, percentile } from './measure.ts'

export interface OpenLoop {
  readonly perSecond: number
  readonly answered: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
  /** Of the median second: what is left when a few seconds hold all stalls of the machine. */
  readonly p99OfMedianSecondMs: number
}

export interface OpenLoopOptions {
  readonly url: string
  readonly perSecond: number
  readonly seconds: number
  readonly connections: number
  readonly headers: Readonly<Record<string, string>>
}

interface Connection {
  readonly socket: Socket
  /** When the request under way was due. */
  dueAt: number
  head: string
}

/** For answers without a body. Rejects if one is no 302, or a connection breaks. */
export async function openLoop(options: OpenLoopOptions): Promise<OpenLoop> {
  const { hostname, port, host, pathname } = new URL(options.url)
  const headers = Object.entries({ host, ...options.headers }).map(
    ([name, value]) => `${name}: ${value}`,
  )
  const request = `GET ${pathname} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`
  const idle: Connection[] = []
  const waiting: number[] = [] // due, and no connection is free
  const latencies: number[] = []
  const bySecond: number[][] = [] // of when a request was due
  let startedAt = 0
  const failed = Promise.withResolvers<never>()

  const send = (connection: Connection, dueAt: number) => {
    connection.dueAt = dueAt
    connection.socket.write(request)
  }
  const received = (connection: Connection, text: string) => {
    connection.head += text
    if (!connection.head.endsWith('\r\n\r\n')) return
    if (!connection.head.startsWith('HTTP/1.1 302 ')) failed.reject(new Error(connection.head))
    connection.head = ''
    const latency = performance.now() - connection.dueAt
    latencies.push(latency)
    const second = Math.floor((connection.dueAt - startedAt) / 1000)
    ;(bySecond[second] ??= []).push(latency)
    const next = waiting.shift()
    if (next === undefined) idle.push(connection)
    else send(connection, next)
  }
  const sockets = await Promise.all(
    Array.from({ length: options.connections }, () => connected(hostname, Number(port))),
  )
  for (const socket of sockets) {
    const connection: Connection = { socket, dueAt: 0, head: '' }
    socket.setEncoding('latin1').on('data', (text) => received(connection, String(text)))
    socket.on('error', failed.reject)
    idle.push(connection)
  }
  const run = async () => {
    startedAt = performance.now()
    const all = options.perSecond * options.seconds
    for (let sent = 0; latencies.length < all;) {
      // No timer: they are too coarse for a request every 50 us.
      await new Promise(setImmediate)
      const due = Math.min(all, ((performance.now() - startedAt) / 1000) * options.perSecond)
      for (; sent < due; sent++) {
        const dueAt = startedAt + (sent * 1000) / options.perSecond
        const connection = idle.pop()
        if (connection === undefined) waiting.push(dueAt)
        else send(connection, dueAt)
      }
    }
    return latencies.length / ((performance.now() - startedAt) / 1000)
  }
  try {
    const perSecond = await Promise.race([run(), failed.promise])
    return {
      perSecond: Math.round(perSecond),
      answered: latencies.length,
      p50Ms: rounded(percentile(latencies, 50)),
      p99Ms: rounded(percentile(latencies, 99)),
      maxMs: rounded(percentile(latencies, 100)),
      p99OfMedianSecondMs: rounded(median(bySecond.map((of) => percentile(of, 99)))),
    }
  } finally {
    for (const socket of sockets) socket.destroy()
  }
}

async function connected(host: string, port: number): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve).once('error', reject)
  })
  return socket
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100
}
