import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export interface OwnRedis extends AsyncDisposable {
  readonly url: string
  /** Alive, but silent, until thawed. */
  readonly freeze: () => void
  readonly thaw: () => void
  /** As kill -9 does. */
  readonly kill: () => Promise<void>
  /** Empty, on the same port. */
  readonly start: () => Promise<void>
}

/** A Redis of one test alone, to be treated badly. */
export async function openOwnRedis(password?: string): Promise<OwnRedis> {
  const port = await freePort()
  const secret = password === undefined ? [] : ['--requirepass', password]
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', ...secret]
  const run = () => spawn('redis-server', flags, { stdio: 'ignore' })
  let redis = run()
  const kill = async () => {
    if (redis.exitCode !== null || redis.signalCode !== null) return
    const exited = once(redis, 'exit')
    redis.kill('SIGKILL')
    await exited
  }
  await answering(port)
  return {
    url: `redis://${password === undefined ? '' : `:${password}@`}127.0.0.1:${port}`,
    freeze: () => void redis.kill('SIGSTOP'),
    thaw: () => void redis.kill('SIGCONT'),
    kill,
    start: async () => {
      redis = run()
      await answering(port)
    },
    [Symbol.asyncDispose]: kill,
  }
}

/** Below the range of outgoing connections, where a client that keeps trying can end up connected to itself. */
async function freePort(): Promise<number> {
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

async function answering(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const connected = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    })
    socket.destroy()
    if (connected) return
    await sleep(10)
  }
}
