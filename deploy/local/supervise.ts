// A program that ends is started again, after a longer pause each time if it keeps ending.
import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { followLife, type Life } from './life.ts'

export interface Program {
  readonly name: string
  readonly spawn: () => ChildProcess
  /** Asked again and again after a start; it may throw what a person has to mend. */
  readonly isReady: () => Promise<boolean>
  readonly stopSignal: NodeJS.Signals
  /** For one that does not heed the stop signal, or when there is no time for it. */
  readonly killSignal: NodeJS.Signals
}

export interface Supervised extends AsyncDisposable {
  /** Resolves when the program is ready for the first time; rejects if it ends before. */
  readonly ready: Promise<void>
}

export interface Supervision {
  readonly say: (line: string) => void
  /** Aborted when there is no time left to stop in order. */
  readonly hurry: AbortSignal
  /** How long a program may take to stop. */
  readonly patienceMs?: number
}

/** After a life of this length the pauses are short again. */
const provenMs = 30_000
const readyLimitMs = 120_000

/** Pause before a program is started again, `failures` from 0. `chance` (0 to 1) spreads what ended together. */
export function pauseMs(failures: number, chance: number): number {
  return Math.min(10_000, 200 * 2 ** failures) * (1 + chance / 4)
}

/** However this process ends, it leaves nothing running. */
const leftOver = new Set<() => void>()
process.on('exit', () => leftOver.forEach((kill) => kill()))

export function supervise(program: Program, options: Supervision): Supervised {
  const { say, hurry, patienceMs = 15_000 } = options
  const stopping = new AbortController()
  const ready = Promise.withResolvers<void>()
  ready.promise.catch(() => {}) // who waits for it hears of it
  let life: Life | undefined
  const running = keepRunning()
  const kill = () => life?.send(program.killSignal)
  hurry.addEventListener('abort', kill)
  leftOver.add(kill)
  return {
    ready: ready.promise,
    [Symbol.asyncDispose]: async () => {
      stopping.abort()
      life?.send(hurry.aborted ? program.killSignal : program.stopSignal)
      const late = setTimeout(kill, patienceMs)
      await running
      clearTimeout(late)
      hurry.removeEventListener('abort', kill)
      leftOver.delete(kill)
      say(`${program.name} stopped`)
    },
  }

  async function keepRunning(): Promise<void> {
    let wasReady = false
    for (let failures = 0; !stopping.signal.aborted; failures++) {
      life = followLife(program.spawn())
      const startedAt = performance.now()
      const told = () => {
        if (wasReady) say(`${program.name} is ready again`)
        wasReady = true
        ready.resolve()
      }
      // Rejected later on, nobody waits for it.
      untilReady(program, life, stopping.signal).then(told, ready.reject)
      const end = await life.ended
      if (stopping.signal.aborted) return
      if (!wasReady) return ready.reject(new Error(`${program.name} could not start: ${end}.`))
      if (performance.now() - startedAt > provenMs) failures = 0
      const pause = pauseMs(failures, Math.random())
      say(`${program.name} ended (${end}), starting again in ${(pause / 1000).toFixed(1)} s`)
      await sleep(pause, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }
}

async function untilReady(program: Program, life: Life, stopping: AbortSignal): Promise<void> {
  const limit = AbortSignal.timeout(readyLimitMs)
  while (!limit.aborted) {
    // Of a life that has ended another promise tells.
    if (life.isOver() || stopping.aborted) return new Promise(() => {})
    if (await program.isReady()) return
    await sleep(50)
  }
  throw new Error(`${program.name} was not ready within ${readyLimitMs / 1000} s.`)
}
