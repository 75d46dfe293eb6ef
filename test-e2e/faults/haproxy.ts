// A real HAProxy with the configuration that we publish.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { takesConnections } from '@sleepwell/testing/ports'

const published = fileURLToPath(new URL('../../deploy/haproxy/haproxy.cfg', import.meta.url))

export interface HaproxyOptions {
  readonly port: number
  /** Of the first redirect process; the others follow, admin ports are 1000 higher. */
  readonly firstPort: number
  /** Three, unless told. */
  readonly processes?: number
  readonly scratch: string
  /** What a line of the configuration shall be instead. */
  readonly instead?: Readonly<Record<string, string>>
}

/** Resolves when it takes connections. */
export async function startHaproxy(options: HaproxyOptions) {
  const { port, firstPort, processes = 3, scratch, instead = {} } = options
  let config = withServers(readFileSync(published, 'utf8'), processes)
  for (const [line, other] of Object.entries(instead)) {
    if (!config.includes(line)) throw new Error(`not in the configuration: ${line}`)
    config = config.replace(line, other)
  }
  const file = join(scratch, 'haproxy.cfg')
  writeFileSync(file, config)
  const addresses = Array.from({ length: processes }, (_, i) => [
    [`REDIRECT_${i + 1}`, `127.0.0.1:${firstPort + i}`],
    [`REDIRECT_${i + 1}_ADMIN`, String(firstPort + i + 1000)],
  ]).flat()
  const runtimeApi = join(scratch, 'haproxy.sock')
  const child = spawn('haproxy', ['-db', '-f', file], {
    env: {
      PATH: process.env.PATH,
      BIND: `127.0.0.1:${port}`,
      RUNTIME_API: runtimeApi,
      ...Object.fromEntries(addresses),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const ended = once(child, 'exit')
  while (!(await takesConnections(port))) {
    if (child.exitCode !== null) throw new Error(`haproxy did not start:\n${said}`)
    await sleep(20)
  }
  return {
    /** Path of its socket. */
    runtimeApi,
    said: () => said,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** Each line of the first server once for each process, in place of those of all three. */
function withServers(config: string, count: number): string {
  return config.replaceAll(/(?:^ {2}server redirect-\d .*\n)+/gmu, (lines) => {
    const first = lines.slice(0, lines.indexOf('\n') + 1)
    return Array.from({ length: count }, (_, i) =>
      first.replaceAll(/(redirect-|REDIRECT_)1/gu, `$1${i + 1}`),
    ).join('')
  })
}
