// A door in front of an engine, so that one test can take it away from its own processes alone.
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface Gate extends AsyncDisposable {
  readonly port: number
  /** Every connection breaks, and no new one lives. */
  readonly shut: () => void
  /** Connections stay, new ones are taken, and nothing comes or goes on them: as if the engine were frozen. */
  readonly silence: () => void
  readonly open: () => void
}

export async function openGate(port: number): Promise<Gate> {
  const sockets = new Set<Socket>()
  let state: 'open' | 'shut' | 'silent' = 'open'
  const server = createServer((socket) => {
    if (state === 'shut') return socket.destroy()
    if (state === 'silent') return silent(socket)
    const engine = connect(port, '127.0.0.1')
    for (const [from, to] of [
      [socket, engine],
      [engine, socket],
    ] as const) {
      sockets.add(from)
      from
        .on('error', () => {})
        .once('close', () => {
          sockets.delete(from)
          to.destroy()
        })
      from.pipe(to)
    }
  })
  const silent = (socket: Socket) => {
    sockets.add(socket)
    socket
      .on('error', () => {})
      .once('close', () => sockets.delete(socket))
      .unpipe()
      .pause()
  }
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    shut: () => {
      state = 'shut'
      cut()
    },
    silence: () => {
      state = 'silent'
      for (const socket of sockets) silent(socket)
    },
    open: () => {
      // Those that hung are of no use any more.
      if (state === 'silent') cut()
      state = 'open'
    },
    [Symbol.asyncDispose]: async () => {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
