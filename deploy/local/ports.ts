import { createServer } from 'node:net'
import { CannotStart } from './cannot-start.ts'

/** Everything binds here: nothing of a local start can be reached from another machine. */
export const host = '127.0.0.1'

/** Whether nobody listens on `port` of this machine. */
export async function isFree(port: number): Promise<boolean> {
  for (const address of [host, '::1']) {
    const outcome = await tryToBind(port, address)
    // A machine without IPv6 has nobody on ::1 either.
    if (outcome === 'EADDRINUSE' || outcome === 'EACCES') return false
  }
  return true
}

/** @param wanted ports, and who wants each */
export async function checkPorts(wanted: ReadonlyMap<number, string>): Promise<void> {
  for (const [port, name] of wanted)
    if (!(await isFree(port)))
      throw new CannotStart(`Port ${port} is taken (${name}). Choose others with --ports N.`)
}

/**
 * A port that nobody listens on now, below the range that the kernel takes for outgoing connections: there a client
 * that keeps trying while its server is away can end up connected to itself, and hold the server's port.
 *
 * @param offsets counted from the port: nobody listens there either
 */
export async function freePort(
  offsets: readonly number[] = [],
  random = Math.random,
): Promise<number> {
  for (let i = 0; i < 100; i++) {
    const port = 15_000 + Math.floor(random() * 16_000)
    const row = new Set([port, ...offsets.map((offset) => port + offset)])
    if (!(await Promise.all([...row].map(isFree))).includes(false)) return port
  }
  throw new CannotStart('No free port between 15000 and 32000 was found.')
}

function tryToBind(port: number, address: string): Promise<string> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error) => resolve('code' in error ? String(error.code) : error.message))
    server.listen({ port, host: address, exclusive: true, ipv6Only: true }, () => {
      server.close(() => resolve('free'))
    })
  })
}
