import net from 'node:net'
import tls from 'node:tls'

/** Lets a test cut the connections that this process has opened, as a network would. */
export interface WatchedSockets {
  readonly cut: () => void
  /** Those that are open now stay so, but nothing comes or goes any more, and nobody is told. */
  readonly silence: () => void
  /** What was written to them, a buffer for each call. */
  readonly written: () => readonly Buffer[]
}

/** Those that are opened from now on, by whatever library. */
export function watchSockets(): WatchedSockets {
  const open = new Set<net.Socket>()
  const written: Buffer[] = []
  for (const library of [net, tls]) {
    const connect: unknown = library.connect
    if (typeof connect !== 'function') throw new TypeError('there is nothing to watch')
    const watched = (...words: unknown[]) => {
      const socket = Reflect.apply(connect, library, words) as net.Socket
      open.add(socket)
      const write = socket.write.bind(socket)
      socket.write = (...data: unknown[]) => {
        if (Buffer.isBuffer(data[0])) written.push(data[0])
        return Reflect.apply(write, socket, data)
      }
      return socket.once('close', () => open.delete(socket))
    }
    if (!Reflect.set(library, 'connect', watched)) throw new TypeError('sockets cannot be watched')
  }
  return {
    cut: () => {
      if (open.size === 0) throw new Error('there is no connection to cut')
      for (const socket of open) socket.destroy(new Error('cut by the test'))
    },
    silence: () => {
      if (open.size === 0) throw new Error('there is no connection to silence')
      for (const socket of open) {
        socket.pause()
        socket.write = () => true
      }
    },
    written: () => written,
  }
}
