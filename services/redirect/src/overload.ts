// When more is asked of this process than it can do, some must be turned away, or all wait until they have left. One thread
// answers everybody, so how late a timer fires is how long a request that has arrived waits to be read. Its minimum over
// a few samples is a queue that stands; a single pause (garbage, a stolen processor) is none. Nor is it one where the thread
// had nothing to do meanwhile: then others have its processor, and refusals would give nobody more of it.
import { performance } from 'node:perf_hooks'
import { isLive, type Resolution } from './resolve-link.ts'

export interface Overload {
  /** 0: everybody is answered. Asked for each request: a number to compare. */
  readonly level: () => 0 | 1 | 2
  /** Whether to turn a request away. @param known what memory has of its slug */
  readonly sheds: (known: Resolution | undefined) => boolean
  /** How long requests wait to be read. */
  readonly standingMs: () => number
  /**
   * @param lateMs by how much a timer was late
   * @param idleMs for how much of the time the thread waited for something to do, or for a processor to do it on
   */
  readonly sampled: (lateMs: number, idleMs: number) => void
}

/** From here on nothing is loaded: a slug that is not in memory costs ten times one that is. */
const loadsUpToMs = 20
/** From here on only live links are answered, and fewer of them; of an answer this is all the time there is. */
const servesUpToMs = 50
/**
 * A shed answer ends its connection, and new ones come in one per turn of the event loop: a small share is enough to make
 * the queue shorter, and a large one would swing.
 */
const maxShare = 0.25
const samples = 3

export function createOverload(): Overload {
  const last = Array.from({ length: samples }, () => 0)
  let at = 0
  let standing = 0
  let level: 0 | 1 | 2 = 0
  let share = 0
  let owed = 0
  return {
    level: () => level,
    standingMs: () => standing,
    sheds: (known) => {
      if (level === 0) return false
      if (known === undefined) return true
      if (level === 1) return false
      if (!isLive(known)) return true
      owed += share
      if (owed < 1) return false
      owed -= 1
      return true
    },
    sampled: (lateMs, idleMs) => {
      last[at] = Math.max(0, lateMs - idleMs)
      at = (at + 1) % samples
      standing = Math.min(...last)
      if (standing < loadsUpToMs) level = 0
      else level = standing < servesUpToMs ? 1 : 2
      share = level === 2 ? maxShare * (1 - servesUpToMs / standing) : 0
    },
  }
}

const sampleEveryMs = 20
/** So many samples after the last request nobody can be waiting. */
const quietSamples = 5

/** Measures this process, while somebody asks it, until disposed: one that is idle is not woken. */
export function openOverload(): Overload & Disposable {
  const overload = createOverload()
  let timer: NodeJS.Timeout | undefined
  let quiet = 0
  const sample = () => {
    const [begunAt, { idle }] = [performance.now(), performance.eventLoopUtilization()]
    timer = setTimeout(() => {
      const lateMs = performance.now() - begunAt - sampleEveryMs
      overload.sampled(lateMs, performance.eventLoopUtilization().idle - idle)
      quiet += 1
      if (quiet <= quietSamples) return sample()
      timer = undefined
      for (let i = 0; i < samples; i++) overload.sampled(0, 0)
    }, sampleEveryMs)
    timer.unref()
  }
  return {
    ...overload,
    level: () => {
      quiet = 0
      if (timer === undefined) sample()
      return overload.level()
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  }
}
