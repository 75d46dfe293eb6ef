import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import { sendProblem, type ProblemCatalogue, type RuntimeProblem } from './send-problem.ts'

export interface Listener extends AsyncDisposable {
  readonly port: number
  /**
   * Before it is disposed: requests are served as ever, but each answer ends its connection, so that whoever uses one goes
   * elsewhere before it is closed. Resolves after the delay, in which others learn not to come, or when hurried.
   */
  readonly leave: (delayMs: number, hurry: AbortSignal) => Promise<void>
}

export interface ListenOptions {
  readonly port: number
  /** Address to bind; all of them if absent. */
  readonly host?: string | undefined
  readonly problem: ProblemCatalogue
  /** How long a request may take to arrive. */
  readonly requestMs?: number
  /** How long requests under way may take to finish after closing began. */
  readonly drainMs?: number
  /** Connections that may wait in the kernel to be taken. */
  readonly backlog?: number
  /** Beyond these, idle ones are closed, and new ones until then. */
  readonly maxConnections?: number
  /** A connection was closed because too many were open. */
  readonly refused?: () => void
}

/** After closing began, the first request of a new connection may still be on its way this long. */
const firstRequestMs = 500

/**
 * Serves `handler` until disposed: then no new connection is taken, requests under way are finished, idle
 * connections are closed. Requests that no handler should have to think about are refused here.
 */
export async function listen(handler: RequestListener, options: ListenOptions): Promise<Listener> {
  const { problem } = options
  // Browsers open connections ahead of need. Node counts one that never asked anything as busy.
  const silent = new Set<Socket>()
  let leaving = false
  const server = createServer(
    {
      maxHeaderSize: 16 * 1024,
      headersTimeout: 5_000,
      requestTimeout: options.requestMs ?? 10_000,
      // By default Node looks only every 30 s whether one of the two has passed.
      connectionsCheckingInterval: 1_000,
      keepAliveTimeout: 65_000,
      // Node's own refusal has no problem document; ours below has.
      requireHostHeader: false,
      // A request without a body is not made to live the life of a stream.
      optimizeEmptyRequests: true,
    },
    (req, res) => {
      silent.delete(req.socket)
      if (leaving) res.setHeader('Connection', 'close')
      if (!hasOneHost(req)) return sendProblem(res, problem('bad_host'))
      handler(req, res)
    },
  )
  server.on('connection', (socket) => {
    silent.add(socket)
    socket.once('close', () => silent.delete(socket))
  })
  boundConnections(server, options)
  server.on('checkExpectation', (_req, res) => sendProblem(res, problem('bad_request')))
  server.on('clientError', (error, socket) => refuse(error, socket, problem))
  await new Promise<void>((resolve, reject) => {
    // It stays: a connection that could not be accepted must not end the process.
    server.on('error', reject)
    const { port, host, backlog = 511 } = options
    server.listen({ port, host, backlog }, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    leave: async (delayMs, hurry) => {
      leaving = true
      await sleep(delayMs, undefined, { signal: hurry }).catch(() => {})
    },
    [Symbol.asyncDispose]: () => {
      leaving = true
      return close(server, silent, options.drainMs ?? 10_000)
    },
  }
}

function boundConnections(server: Server, options: ListenOptions): void {
  const { maxConnections, refused } = options
  if (maxConnections === undefined) return
  server.maxConnections = maxConnections
  let madeRoomAt = -Infinity
  server.on('drop', () => {
    refused?.()
    if (performance.now() - madeRoomAt < makeRoomEveryMs) return
    madeRoomAt = performance.now()
    server.closeIdleConnections()
  })
}

/** Looking through all connections for idle ones costs more than to refuse a few. */
const makeRoomEveryMs = 100

// Node keeps the first of two Host headers and drops the other: whoever stands before us may have read the other.
function hasOneHost(req: IncomingMessage): boolean {
  const { rawHeaders } = req
  let hosts = 0
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts++
  }
  return hosts === 1 && /^[^\s/?#@\\]+$/u.test(req.headers.host ?? '')
}

/** For a client that goes on sending what was refused; closing at once would take the answer from it. */
const lingerMs = 1_000

function refuse(error: Error & { code?: string }, socket: Duplex, problem: ProblemCatalogue): void {
  // What follows a refused head is refused again, by a socket that has already said so.
  if (socket.writableEnded) return
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const document = problem(refusals[error.code ?? ''] ?? 'malformed_request')
  const body = JSON.stringify(document)
  socket.end(
    `HTTP/1.1 ${document.status} Refused\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
  setTimeout(() => socket.destroy(), lingerMs).unref()
}

const refusals: Readonly<Record<string, RuntimeProblem>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
}

async function close(server: Server, silent: Set<Socket>, drainMs: number): Promise<void> {
  await takeWhatCame(server)
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  const idle = setInterval(() => void turns().then(() => server.closeIdleConnections()), 50)
  const hush = setTimeout(async () => {
    await turns()
    for (const socket of silent) socket.destroy()
  }, firstRequestMs)
  const cut = setTimeout(() => server.closeAllConnections(), drainMs)
  await closed
  clearInterval(idle)
  clearTimeout(hush)
  clearTimeout(cut)
}

/**
 * What has come by now is read before this resolves. A connection that is closed with a request unread is reset, and
 * after a busy time there are some: timers run before sockets are looked at.
 */
async function turns(): Promise<void> {
  await turn() // may be the end of a turn that has begun
  await turn()
}

const maxTurns = 1_000

/** Connections that were made and not taken would be reset with the listener; each turn takes one. */
async function takeWhatCame(server: Server): Promise<void> {
  let came = true
  const take = () => (came = true)
  server.on('connection', take)
  for (let i = 0; came && i < maxTurns; i++) {
    came = false
    await turns()
  }
  server.off('connection', take)
}
