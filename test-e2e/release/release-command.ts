// `npm run release` as a process of its own.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { until } from '../api.ts'

export interface ReleaseCommand extends AsyncDisposable {
  readonly output: () => string
  /** Resolves when it has said so, or has ended. */
  readonly says: (text: string) => Promise<void>
  readonly send: (signal: NodeJS.Signals) => void
  /** Exit code; null if it was killed. */
  readonly ended: Promise<number | null>
}

const file = fileURLToPath(new URL('../../deploy/release/release.ts', import.meta.url))

export function startReleaseCommand(...words: readonly string[]): ReleaseCommand {
  const child = spawn(process.execPath, [file, ...words], {
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let over = false
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      over = true
      resolve(code)
    })
  })
  return {
    output: () => output,
    says: async (text) => void (await until(async () => over || output.includes(text), Boolean)),
    send: (signal) => void child.kill(signal),
    ended,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}
