// A service as a process of its own, without the supervisor of the whole system.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { full } from '@sleepwell/testing/fault-run'

export interface ServiceProcess extends AsyncDisposable {
  readonly url: string
  readonly pid: number
  readonly adminUrl: string
  readonly send: (signal: NodeJS.Signals) => void
  /** Exit code; null if it was killed. */
  readonly ended: Promise<number | null>
  /** Value of a metric, summed over its series; `name{tier="redis"` begins to name one. */
  readonly metric: (name: string) => Promise<number>
  /** The end of what it has logged. */
  readonly log: () => string
  /** As kill -9 does. */
  readonly kill: () => Promise<void>
}

const thisCheckout = fileURLToPath(new URL('../../', import.meta.url))

const own = {
  HOST: '127.0.0.1',
  PORT: '0',
  ADMIN_PORT: '0',
  DRAIN_DELAY_SECONDS: '0',
  // Short runs share the machine with other tests: whom a busy one turns away says nothing of what was broken.
  SHEDDING: full ? 'on' : 'off',
}

/** As long as a supervisor waits. */
const patienceMs = 15_000

/**
 * Resolves when it listens; rejects with what it said if it ends before.
 *
 * @param preload module that is loaded first
 * @param root of the checkout whose service it is; this one's if absent
 */
export async function startService(
  service: 'redirect' | 'link-write' | 'analytics',
  env: Readonly<Record<string, string>>,
  preload?: string,
  root: string = thisCheckout,
): Promise<ServiceProcess> {
  const first = preload === undefined ? [] : ['--import', preload]
  const child = spawn(
    process.execPath,
    [...first, '--import', '@sleepwell/runtime/telemetry', 'src/main.ts'],
    {
      cwd: join(root, 'services', service),
      env: { ...own, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const ports = Promise.withResolvers<{ port: number; adminPort: number }>()
  let said = ''
  let listens = false
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const line = said.split('\n').find((each) => each.includes('"listening"'))
      if (!listens && line?.endsWith('}')) {
        listens = true
        ports.resolve(JSON.parse(line))
      }
      said = said.slice(-100_000)
    })
  void ended.then(() => ports.reject(new Error(`${service} did not start:\n${said}`)))
  const { port, adminPort } = await ports.promise
  return {
    url: `http://127.0.0.1:${port}`,
    log: () => said,
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
    adminUrl: `http://127.0.0.1:${adminPort}`,
    send: (signal) => void child.kill(signal),
    ended,
    pid: child.pid ?? 0,
    metric: async (name) => {
      const answer = await fetch(`http://127.0.0.1:${adminPort}/metrics`)
      const lines = (await answer.text()).split('\n').filter((line) => line.startsWith(name))
      return lines.reduce((sum, line) => sum + Number(line.split(' ')[1]), 0)
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), patienceMs)
      await ended
      clearTimeout(late)
    },
  }
}
