// Visitors who come at their own pace, however slow the answers are, and leave when they have waited too long: an open
// loop. By bare sockets, as a client of node:http costs more than the server that it is to overwhelm.
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { firefox } from '../api.ts'

export interface CrowdOptions {
  readonly port: number
  readonly perSecond: number
  readonly seconds: number
  /** Then the visitor is gone, and the connection with them. */
  readonly patienceMs: number
  /** What the n-th visitor asks for. */
  readonly slugOf: (n: number) => string
  /** The visitor's address, where this machine is a trusted proxy; by default each has one of their own. */
  readonly addressOf?: (n: number) => string
  /** Connections that may be open at once; a visitor who finds none free is `unsent`. */
  readonly connections: number
  /** Whether the next visitor may use the connection, as behind a proxy. */
  readonly keepAlive: boolean
}

/** A status, or: the visitor left, the connection broke, there was no connection. */
export type Ending = number | 'late' | 'broken' | 'unsent'

export interface Asked {
  readonly slug: string
  readonly ending: Ending
  /** From the moment the visitor asked. */
  readonly ms: number
  /** From the beginning of the crowd. */
  readonly atMs: number
  /** Of an answer. */
  readonly head: string
}

interface Visit {
  readonly slug: string
  readonly address: string
  readonly askedAt: number
  over: boolean
  socket: Socket | undefined
}

const tickMs = 5
/** Over all crowds: each visitor has an address of its own, which counts where this machine is a trusted proxy. */
let visits = 0

export async function sendCrowd(options: CrowdOptions): Promise<Asked[]> {
  const { port, perSecond, seconds, patienceMs, keepAlive } = options
  const asked: Asked[] = []
  const idle: Socket[] = []
  const waiting: Visit[] = []
  const visitOf = new WeakMap<Socket, Visit>()
  const heard = new WeakMap<Socket, string>()
  const all = new Set<Socket>()
  const startedAt = performance.now()

  const end = (visit: Visit, ending: Ending, head = '') => {
    if (visit.over) return
    visit.over = true
    const ms = performance.now() - visit.askedAt
    asked.push({ slug: visit.slug, ending, ms, atMs: visit.askedAt - startedAt, head })
  }
  const open = (): Socket => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    all.add(socket)
    socket.setEncoding('latin1')
    socket.on('data', (text) => {
      const whole = (heard.get(socket) ?? '') + String(text)
      heard.set(socket, whole)
      const headEnd = whole.indexOf('\r\n\r\n')
      if (headEnd === -1) return
      const length = Number(/\r\ncontent-length: *(\d+)/iu.exec(whole)?.[1] ?? 0)
      if (whole.length < headEnd + 4 + length) return
      heard.delete(socket)
      const visit = visitOf.get(socket)
      visitOf.delete(socket)
      if (visit !== undefined) end(visit, Number(whole.slice(9, 12)), whole.slice(0, headEnd))
      if (keepAlive && !/\r\nconnection: close/iu.test(whole)) idle.push(socket)
      else socket.destroy()
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      all.delete(socket)
      const visit = visitOf.get(socket)
      if (visit !== undefined) end(visit, 'broken')
      const place = idle.indexOf(socket)
      if (place !== -1) idle.splice(place, 1)
    })
    return socket
  }
  const connection = keepAlive ? 'keep-alive' : 'close'
  const ask = (visit: Visit) => {
    const socket = idle.pop() ?? (all.size < options.connections ? open() : undefined)
    if (socket === undefined) return end(visit, 'unsent')
    visit.socket = socket
    visitOf.set(socket, visit)
    waiting.push(visit)
    socket.write(
      `GET /${visit.slug} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: ${firefox}\r\n` +
        `X-Forwarded-For: ${visit.address}\r\nConnection: ${connection}\r\n\r\n`,
    )
  }
  const sweep = () => {
    const now = performance.now()
    let first = waiting[0]
    while (first !== undefined && (first.over || now - first.askedAt > patienceMs)) {
      if (!first.over) {
        end(first, 'late')
        first.socket?.destroy()
      }
      waiting.shift()
      first = waiting[0]
    }
  }
  const total = Math.round(perSecond * seconds)
  for (let n = 0; n < total; await sleep(tickMs)) {
    sweep()
    for (; n < total && (n / perSecond) * 1000 <= performance.now() - startedAt; n++) {
      const slug = options.slugOf(n)
      const address = options.addressOf?.(n) ?? addressOf(visits++)
      ask({ slug, address, askedAt: performance.now(), over: false, socket: undefined })
    }
  }
  for (; waiting.length > 0; await sleep(tickMs)) sweep()
  for (const socket of all) socket.destroy()
  return asked
}

function addressOf(visitor: number): string {
  return `10.${(visitor >> 16) % 256}.${(visitor >> 8) % 256}.${visitor % 256}`
}
