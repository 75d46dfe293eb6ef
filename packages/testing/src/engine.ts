// The engines of this test run as processes: for tests that take one away.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export type EngineSetting =
  | 'TEST_POSTGRES_URL'
  | 'TEST_POSTGRES_TLS_URL'
  | 'TEST_POSTGRES_REPLICA_URL'
  | 'TEST_REDIS_URL'
  | 'TEST_REDIS_TLS_URL'
  | 'TEST_KAFKA_URL'
  | 'TEST_KAFKA_TLS_URL'
  | 'TEST_KAFKA_CLUSTER_URL'
  | 'TEST_CA_FILE'
  | 'TEST_ENGINES_DIR'

/** What the test run says about its engines. */
export function engineUrl(name: EngineSetting): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set: run the tests with npm test`)
  return value
}

export type EngineName = 'postgres' | 'postgres-replica' | 'redis' | `kafka${string}`

/** All tests share it: who takes it away takes it from others too. Killed, it is started again. */
export interface Engine {
  /** As it is now; of Postgres, the postmaster. */
  readonly pid: () => number
  readonly kill: (signal?: NodeJS.Signals) => void
  /** With every process that it has started: alive, but silent, until thawed. */
  readonly freeze: () => void
  readonly thaw: () => void
}

export function engine(name: EngineName): Engine {
  const file = join(engineUrl('TEST_ENGINES_DIR'), `${name}.pid`)
  const pid = () => Number(readFileSync(file, 'utf8'))
  return {
    pid,
    kill: (signal = 'SIGKILL') => void process.kill(pid(), signal),
    freeze: () => sendToAll(pid(), 'SIGSTOP'),
    thaw: () => sendToAll(pid(), 'SIGCONT'),
  }
}

/** To a process and all below it, the parent first: stopped, it starts nobody else meanwhile. */
export function sendToAll(pid: number, signal: NodeJS.Signals): void {
  process.kill(pid, signal)
  for (const child of childrenOf(pid)) {
    try {
      sendToAll(child, signal)
    } catch {
      // It has just ended.
    }
  }
}

function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name) && parentOf(name) === pid)
    .map(Number)
}

function parentOf(pid: string): number | undefined {
  try {
    // "pid (name) state parent": the name may hold anything.
    const rest = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /su, '')
    return Number(rest.split(' ')[1])
  } catch {
    return undefined
  }
}
