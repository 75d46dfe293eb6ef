import { spawn } from 'node:child_process'
import { isReady } from '../services.ts'
import type { Program } from '../supervise.ts'

export interface HttpProgramOptions {
  readonly name: string
  readonly words: readonly string[]
  /** Beside what this process has; secrets too, as everybody may read a command line. */
  readonly env?: Readonly<Record<string, string>>
  /** Answers 200 once it is ready. */
  readonly readyUrl: string
}

/** A server of somebody else that says by HTTP when it is ready. It ends when this process does, however that ends. */
export function httpProgram({ name, words, env, readyUrl }: HttpProgramOptions): Program {
  return {
    name,
    stopSignal: 'SIGTERM',
    killSignal: 'SIGKILL',
    spawn: () =>
      spawn('setpriv', ['--pdeathsig', 'TERM', '--', ...words], {
        detached: true,
        env: { ...process.env, ...env },
        stdio: ['ignore', 'ignore', 'pipe'],
      }),
    isReady: () => isReady(readyUrl),
  }
}
