// For tests: the service as a process, with its exporter and its log.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

interface Line {
  readonly msg: string
  readonly port?: number
  readonly adminPort?: number
  readonly mistakes?: readonly string[]
  readonly message?: string
}

const folder = fileURLToPath(new URL('..', import.meta.url))
/** Nobody listens there. */
const nowhere = 'postgres://redirect:x@127.0.0.1:1/links'

export type RedirectProcess = Awaited<ReturnType<typeof startProcess>>

/** The service as a process; settings that are not given are such that it starts. */
export async function startRedirect(settings: Record<string, string> = {}, preload?: string) {
  const scratch = mkdtempSync(join(tmpdir(), 'sleepwell-redirect-'))
  const words = ['--import', '@sleepwell/runtime/telemetry', 'src/main.ts']
  const started = await startProcess(
    preload === undefined ? words : ['--import', preload, ...words],
    {
      LINKS_URL: nowhere,
      CLICK_LOG_URL: nowhere,
      SPOOL_DIR: join(scratch, 'spool'),
      VISITOR_KEY: 'k'.repeat(32),
      // The machine is shared with other tests: whom a busy one turns away says nothing of what is tried.
      SHEDDING: 'off',
      HOST: '127.0.0.1',
      PORT: '0',
      ADMIN_PORT: '0',
      DRAIN_DELAY_SECONDS: '0',
      DRAIN_LIMIT_SECONDS: '1',
      ...settings,
    },
  )
  return {
    ...started,
    [Symbol.asyncDispose]: async () => {
      await started[Symbol.asyncDispose]()
      rmSync(scratch, { recursive: true, force: true })
    },
  }
}

/** A program of this folder that says when it listens; it is killed when disposed. */
export async function startProcess(words: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, words, {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  const listening = Promise.withResolvers<void>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
    if (said.includes('"listening"')) listening.resolve()
  })
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve))
  await Promise.race([listening.promise, exit])
  const lines = said
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
  const { port, adminPort } = lines.find(({ msg }) => msg === 'listening') ?? {}
  return {
    visitors: `http://127.0.0.1:${port}`,
    admin: `http://127.0.0.1:${adminPort}`,
    mistakes: lines.flatMap((line) => line.mistakes ?? line.message ?? []).join('\n'),
    exit,
    signal: (signal: NodeJS.Signals) => void child.kill(signal),
    stop: async () => {
      child.kill('SIGTERM')
      return await exit
    },
    kill: async () => {
      child.kill('SIGKILL')
      await exit
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await exit
    },
  }
}

/** Waits for what must happen; the test runner's own limit ends a wait in vain. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(20)
}
