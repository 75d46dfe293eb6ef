import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, takesConnections } from './ports.ts'

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

async function answering(port: number): Promise<void> {
  while (!(await takesConnections(port))) await sleep(10)
}
