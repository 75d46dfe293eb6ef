import { once } from 'node:events'
import { connect, createServer } from 'node:net'

/** Below the range of outgoing connections, where a client that keeps trying can end up connected to itself. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 16_000)
    const server = createServer()
    try {
      await once(server.listen({ port, host: '127.0.0.1', exclusive: true }), 'listening')
      return port
    } catch {
      // Taken: another.
    } finally {
      server.close()
    }
  }
}

export async function takesConnections(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
