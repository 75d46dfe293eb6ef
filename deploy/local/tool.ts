import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))

/** How long a tool may take to end. */
const patienceMs = 10_000

export interface ToolOptions {
  readonly stop: AbortSignal
  readonly env?: NodeJS.ProcessEnv
  /** What it prints on stdout is of no use. */
  readonly silent?: boolean
}

/** Runs a program in the repository; `stop` ends it, and whatever it has started, before its time. */
export async function runTool(
  file: string,
  words: readonly string[],
  { stop, env, silent }: ToolOptions,
): Promise<number | null> {
  stop.throwIfAborted()
  const child = spawn(file, words, {
    cwd: root,
    env: env ?? process.env,
    stdio: ['ignore', silent ? 'ignore' : 'inherit', 'inherit'],
    // Jest's workers, and what the tests start, are in the same process group.
    detached: true,
  })
  const send = (signal: NodeJS.Signals) => {
    if (child.pid !== undefined) process.kill(-child.pid, signal)
  }
  let late: NodeJS.Timeout | undefined
  const end = () => {
    send('SIGTERM')
    late = setTimeout(send, patienceMs, 'SIGKILL')
  }
  stop.addEventListener('abort', end)
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject).once('close', resolve)
    })
  } finally {
    stop.removeEventListener('abort', end)
    clearTimeout(late)
    stop.throwIfAborted()
  }
}
