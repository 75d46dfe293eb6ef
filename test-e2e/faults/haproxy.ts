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
  /** Of the first of three redirect processes; the others follow, admin ports are 1000 higher. */
  readonly firstPort: number
  readonly scratch: string
  /** What a line of the configuration shall be instead. */
  readonly instead?: Readonly<Record<string, string>>
}

/** Resolves when it takes connections. */
export async function startHaproxy({ port, firstPort, scratch, instead = {} }: HaproxyOptions) {
  let config = readFileSync(published, 'utf8')
  for (const [line, other] of Object.entries(instead)) {
    if (!config.includes(line)) throw new Error(`not in the configuration: ${line}`)
    config = config.replace(line, other)
  }
  const file = join(scratch, 'haproxy.cfg')
  writeFileSync(file, config)
  const processes = [0, 1, 2].flatMap((i) => [
    [`REDIRECT_${i + 1}`, `127.0.0.1:${firstPort + i}`],
    [`REDIRECT_${i + 1}_ADMIN`, String(firstPort + i + 1000)],
  ])
  const child = spawn('haproxy', ['-db', '-f', file], {
    env: { PATH: process.env.PATH, BIND: `127.0.0.1:${port}`, ...Object.fromEntries(processes) },
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
    said: () => said,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}
