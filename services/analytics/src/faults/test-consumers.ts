// For tests: consumers of one topic and one database that are started, killed and frozen as processes.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { until } from '@sleepwell/click-log/log-diary'
import type { Moment } from './test-statements.ts'

/** Where a consumer gets the signal from itself, the first time that it comes there. */
export interface Point {
  readonly moment: Moment
  readonly statement: string
  readonly signal: 'SIGKILL' | 'SIGSTOP'
}

export interface ConsumerSettings {
  readonly analyticsUrl: string
  readonly clickLogUrl: string
  readonly group: string
  /** False: counts as is usual elsewhere. */
  readonly guarded: boolean
  readonly silenceMs: number
  readonly stillMs: number
  /** Of a statement. */
  readonly timeoutMs?: number
  readonly point?: Point
  /** Level of what it logs. */
  readonly says?: string
}

/** What the process tells of itself. */
export type Told =
  | { readonly statement: string }
  | { readonly assigned: readonly number[] }
  | { readonly fenced: true }

export interface Consumer extends AsyncDisposable {
  readonly pid: number
  /** Resolves to the signal that it died of. */
  readonly exited: Promise<NodeJS.Signals | null>
  /** Names of those that it has sent, in order. */
  readonly statements: readonly string[]
  /** How many partitions it has. */
  readonly partitions: () => number
  /** How often it was told that somebody else had moved its offset. */
  readonly fenced: () => number
  /** Resolves when it has stopped itself. */
  readonly frozen: () => Promise<void>
  /** Its connections to Kafka stay open, and nothing comes or goes on them. */
  readonly silence: () => void
  readonly freeze: () => void
  readonly thaw: () => void
}

const script = fileURLToPath(new URL('test-consumer.ts', import.meta.url))

export function startConsumer(settings: ConsumerSettings): Consumer {
  const child = spawn(process.execPath, [script, JSON.stringify(settings)], {
    env: {},
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const { pid } = child
  if (pid === undefined) throw new Error('the consumer could not be started')
  const exited = once(child, 'exit').then(([, signal]) => signal as NodeJS.Signals | null)
  const statements: string[] = []
  let assigned: readonly number[] = []
  let fenced = 0
  child.on('message', (told: Told) => {
    if ('statement' in told) statements.push(told.statement)
    else if ('assigned' in told) assigned = told.assigned
    else fenced++
  })
  return {
    pid,
    exited,
    statements,
    partitions: () => assigned.length,
    fenced: () => fenced,
    frozen: () => until(() => stateOf(pid) === 'T'),
    silence: () => void child.send('silence'),
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGCONT')
      child.kill('SIGTERM')
      await exited
    },
  }
}

/** "pid (name) state ...": the name may hold anything. */
function stateOf(pid: number): string | undefined {
  const [state] = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /su, '')
    .split(' ')
  return state
}
