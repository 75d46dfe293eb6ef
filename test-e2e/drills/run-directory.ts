// Where the processes of a drill live, and die: none outlives the run, not even if the run itself is killed.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  chmodSync,
  chownSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PostgresUser } from '@sleepwell/deploy-local/postgres-user'
import { killAllIn } from './processes-in.ts'

export interface RunDirectory extends AsyncDisposable {
  readonly path: string
  /** A place below it for the processes of one machine; made if absent. */
  readonly open: (name: string, owner?: PostgresUser['owner']) => Machine
}

export interface Machine {
  readonly directory: string
  readonly start: (command: Command) => void
  /** What its processes said last, for people. */
  readonly lastWords: () => string
}

export interface Command {
  readonly file: string
  readonly words: readonly string[]
  readonly ids?: { readonly uid?: number; readonly gid?: number }
  /** Beside the environment of this process. */
  readonly env?: Readonly<Record<string, string>>
}

const guard = fileURLToPath(new URL('run-guard.ts', import.meta.url))

export function openRunDirectory(name: string): RunDirectory {
  const path = realpathSync(mkdtempSync(join(tmpdir(), `sleepwell-${name}-`)))
  // Postgres may have to run as somebody else.
  chmodSync(path, 0o755)
  // Not told of Ctrl-C: it is there for what comes after.
  const guarding = spawn(process.execPath, [guard, path], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const guarded = once(guarding, 'exit')
  return {
    path,
    open: (machine, owner) => openMachine(join(path, machine), owner),
    [Symbol.asyncDispose]: async () => {
      await killAllIn(path)
      guarding.stdin.end()
      await guarded
      rmSync(path, { recursive: true, force: true })
    },
  }
}

function openMachine(directory: string, owner: PostgresUser['owner']): Machine {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  if (owner !== undefined) chownSync(directory, owner.uid, owner.gid)
  const log = `${directory}.log`
  return {
    directory,
    start: ({ file, words, ids = {}, env = {} }) => {
      const output = openSync(log, 'a')
      const stdio = ['ignore', output, output] as const
      // Ctrl-C is for who stops them, in order.
      const child = spawn(file, words, {
        ...ids,
        cwd: directory,
        env: { ...process.env, ...env },
        detached: true,
        stdio: [...stdio],
      })
      child.once('error', (error) => appendFileSync(log, `${error.message}\n`))
      closeSync(output)
    },
    lastWords: () => readFileSync(log, 'utf8').split('\n').slice(-15).join('\n'),
  }
}
