// A server with a certificate that nobody may accept, in front of an engine of this test run.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { createSecureContext, TLSSocket } from 'node:tls'
import { engineUrl } from './engine.ts'

export type TestCertificate = 'expired' | 'foreign' | 'redis'

export interface TlsFront extends AsyncDisposable {
  /** Listens on localhost. */
  readonly port: number
}

export interface TlsFrontOptions {
  readonly certificate: TestCertificate
  /** Of the engine, without TLS. */
  readonly port: number
  /** A Postgres is first asked whether it speaks TLS at all. */
  readonly postgres?: boolean
}

export async function openTlsFront(options: TlsFrontOptions): Promise<TlsFront> {
  const folder = join(dirname(engineUrl('TEST_CA_FILE')), options.certificate)
  const secureContext = createSecureContext({
    cert: readFileSync(`${folder}.pem`),
    key: readFileSync(`${folder}.key`),
  })
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket.on('error', () => {}).once('close', () => open.delete(socket)))
    const speak = () => {
      const visitor = new TLSSocket(socket, { isServer: true, secureContext })
      const engine = connect(options.port, '127.0.0.1')
      for (const [from, to] of [
        [visitor, engine],
        [engine, visitor],
      ] as const)
        from.on('error', () => to.destroy()).pipe(to)
      socket.once('close', () => engine.destroy())
    }
    if (options.postgres !== true) return speak()
    socket.once('data', () => {
      socket.pause()
      socket.write('S')
      speak()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('no port')
  return {
    port: address.port,
    [Symbol.asyncDispose]: async () => {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}
