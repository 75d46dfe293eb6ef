import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { sendProblem, type ProblemCatalogue } from './send-problem.ts'

export interface Listener extends AsyncDisposable {
  readonly port: number
}

export interface ListenOptions {
  readonly port: number
  /** Address to bind; all of them if absent. */
  readonly host?: string | undefined
  readonly problem: ProblemCatalogue
  /** How long requests under way may take to finish after closing began. */
  readonly drainMs?: number
}

/**
 * Serves `handler` until disposed: then no new connection is taken, requests under way are finished, idle
 * connections are closed. Requests that no handler should have to think about are refused here.
 */
export async function listen(handler: RequestListener, options: ListenOptions): Promise<Listener> {
  const server = createServer(
    {
      maxHeaderSize: 16 * 1024,
      headersTimeout: 5_000,
      requestTimeout: 10_000,
      keepAliveTimeout: 65_000,
      // Node's own refusal has no problem document; ours below has.
      requireHostHeader: false,
    },
    (req, res) => {
      if (!hasOneHost(req)) return sendProblem(res, options.problem('bad_host'))
      handler(req, res)
    },
  )
  server.on('checkExpectation', (_req, res) => sendProblem(res, options.problem('bad_request')))
  server.on('clientError', (error, socket) => refuse(error, socket, options.problem))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () => close(server, options.drainMs ?? 10_000),
  }
}

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

function refuse(error: Error & { code?: string }, socket: Duplex, problem: ProblemCatalogue): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const document = problem(
    error.code === 'HPE_HEADER_OVERFLOW' ? 'headers_too_large' : 'malformed_request',
  )
  const body = JSON.stringify(document)
  socket.end(
    `HTTP/1.1 ${document.status} Refused\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}

async function close(server: Server, drainMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const idle = setInterval(() => server.closeIdleConnections(), 50)
  const cut = setTimeout(() => server.closeAllConnections(), drainMs)
  await closed
  clearInterval(idle)
  clearTimeout(cut)
}
