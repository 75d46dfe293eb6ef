import { setTimeout as sleep } from 'node:timers/promises'

const tickMs = 5

export interface Loop {
  /** Resolves when the last call has ended. */
  readonly stop: () => Promise<void>
}

/**
 * Calls come at the same rate however slow the answers are.
 *
 * @param call never rejects; `dueAt` is when it should have come, on the clock of performance.now()
 */
export function openLoop(perSecond: number, call: (dueAt: number) => Promise<void>): Loop {
  const open = new Set<Promise<void>>()
  let stopped = false
  const run = async () => {
    const startedAt = performance.now()
    for (let sent = 0; !stopped; await sleep(tickMs)) {
      for (; ; sent++) {
        const dueAt = startedAt + (sent / perSecond) * 1000
        if (dueAt > performance.now()) break
        const one = call(dueAt)
        open.add(one)
        void one.then(() => open.delete(one))
      }
    }
    await Promise.all(open)
  }
  const running = run()
  return {
    stop: async () => {
      stopped = true
      await running
    },
  }
}
