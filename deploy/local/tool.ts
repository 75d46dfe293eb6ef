import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))

/** How long a tool, or what it leaves behind, may take to end. */
const patienceMs = 10_000
const pollMs = 100

export interface ToolOptions {
  readonly stop: AbortSignal
  readonly env?: NodeJS.ProcessEnv
  /** What it prints on stdout is of no use. */
  readonly silent?: boolean
}

/** Runs a program in the repository; `stop` ends it before its time. Nothing that it has started outlives it. */
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
  const { pid } = child
  let late: NodeJS.Timeout | undefined
  const end = () => {
    if (pid === undefined) return
    send(pid, 'SIGTERM')
    late = setTimeout(send, patienceMs, pid, 'SIGKILL')
  }
  stop.addEventListener('abort', end)
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject).once('close', resolve)
    })
  } finally {
    stop.removeEventListener('abort', end)
    clearTimeout(late)
    if (pid !== undefined) await endGroup(pid)
    stop.throwIfAborted()
  }
}

/** A test that was given up does not stop the system that it has started. */
async function endGroup(group: number): Promise<void> {
  const limit = performance.now() + patienceMs
  for (let first = true; send(group, 0); first = false) {
    if (performance.now() > limit) return void send(group, 'SIGKILL')
    if (first) send(group, 'SIGTERM')
    await sleep(pollMs)
  }
}

/** @returns whether anybody is there to get it */
function send(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal)
  } catch {
    return false
  }
}
