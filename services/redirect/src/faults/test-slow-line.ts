// For tests: a line to a server on which each connection has a delay of its own, so that a question asked before
// another is answered after it. It can lead elsewhere later on.
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export interface SlowLine extends AsyncDisposable {
  readonly port: number
  /** Answers on each connection are late by what this says when they come. */
  readonly slow: (delayMs: () => number) => void
  /** Every connection breaks; with 0 no new one lives. */
  readonly lead: (port: number) => void
}

async function passOn(from: Socket, to: Socket, delayMs: () => number): Promise<void> {
  for await (const data of from) {
    const ms = delayMs()
    if (ms > 0) await sleep(ms)
    to.write(data as Buffer)
  }
}

export async function openSlowLine(to: number): Promise<SlowLine> {
  const sockets = new Set<Socket>()
  let target = to
  let delayMs = () => 0
  const server = createServer((socket) => {
    if (target === 0) return socket.destroy()
    const engine = connect(target, '127.0.0.1')
    for (const [one, other] of [
      [socket, engine],
      [engine, socket],
    ] as const) {
      sockets.add(one)
      one
        .on('error', () => {})
        .once('close', () => {
          sockets.delete(one)
          other.destroy()
        })
    }
    socket.on('data', (data) => engine.write(data))
    passOn(engine, socket, () => delayMs()).catch(() => {}) // of a connection that broke
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    slow: (next) => {
      delayMs = next
    },
    lead: (port) => {
      target = port
      cut()
    },
    [Symbol.asyncDispose]: async () => {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
