// redis-server as a cache: nothing of it is kept.
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { connect } from 'node:net'
import { freePort, host } from './ports.ts'
import type { Program } from './supervise.ts'

export interface RedisOptions {
  /** Where it lives; made if absent. */
  readonly directory: string
  readonly port?: number
  /** Of everybody who has no name; none is asked for if absent. */
  readonly password?: string
  /** Set: it also speaks TLS, on a port of its own, and knows this user. */
  readonly tls?: RedisTls
}

export interface RedisTls {
  readonly certificateFile: string
  readonly keyFile: string
  readonly authorityFile: string
  readonly user: string
  readonly password: string
  /** An address of this machine at which others reach it too. */
  readonly host?: string
}

export interface Redis extends Program {
  /** `redis://…`; it stays the same however often the server is started again. */
  readonly url: string
  /** `rediss://user:password@localhost…` */
  readonly tlsUrl: string | undefined
}

/** Makes everything ready for Redis to be started, again and again. */
export async function prepareRedis(options: RedisOptions): Promise<Redis> {
  const { directory, port = await freePort(), password, tls } = options
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const secure = tls && { ...tls, port: await freePort() }
  const settings = [
    `bind ${[host, ...(tls?.host === undefined ? [] : [tls.host])].join(' ')}`,
    `port ${port}`,
    `dir ${JSON.stringify(directory)}`,
    'appendonly no',
    'save ""',
    'maxmemory 256mb',
    'maxmemory-policy allkeys-lru',
    ...(password === undefined ? [] : [`requirepass ${password}`]),
    ...(secure === undefined ? [] : tlsSettings(secure, secure.port)),
  ]
  return {
    name: 'Redis',
    url: `redis://${password === undefined ? '' : `:${password}@`}${host}:${port}`,
    tlsUrl:
      secure &&
      `rediss://${secure.user}:${secure.password}@${secure.host ?? 'localhost'}:${secure.port}`,
    stopSignal: 'SIGTERM',
    killSignal: 'SIGKILL',
    spawn: () => {
      // It ends when this process does, however that ends.
      const child = spawn('setpriv', ['--pdeathsig', 'TERM', '--', 'redis-server', '-'], {
        detached: true,
        stdio: ['pipe', 'ignore', 'pipe'],
      })
      // On the command line everybody could read the passwords.
      child.stdin.on('error', () => {}).end(`${settings.join('\n')}\n`)
      return child
    },
    isReady: () => answers(port),
  }
}

function tlsSettings(tls: RedisTls, port: number): string[] {
  return [
    `tls-port ${port}`,
    `tls-cert-file ${JSON.stringify(tls.certificateFile)}`,
    `tls-key-file ${JSON.stringify(tls.keyFile)}`,
    `tls-ca-cert-file ${JSON.stringify(tls.authorityFile)}`,
    'tls-auth-clients no',
    `user ${tls.user} on >${tls.password} ~* &* +@all`,
  ]
}

/** It does, with whatever: one that wants a password first is up as well. */
function answers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, host, () => socket.write('PING\r\n'))
    socket.setTimeout(1000, () => socket.destroy())
    socket.once('data', (text) => {
      done(/^(\+PONG|-NOAUTH)/u.test(String(text)))
      socket.destroy()
    })
    socket.on('error', () => {}).once('close', () => done(false))
  })
}
