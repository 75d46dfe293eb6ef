import { setTimeout as sleep } from 'node:timers/promises'

const tickMs = 5

export interface Loop {
  /** Resolves when the last call has ended. */
  readonly stop: () => Promise<void>
}

/** Calls come at the same rate however slow the answers are. `call` never rejects. */
export function openLoop(perSecond: number, call: () => Promise<void>): Loop {
  const open = new Set<Promise<void>>()
  let stopped = false
  const run = async () => {
    const startedAt = performance.now()
    for (let sent = 0; !stopped; await sleep(tickMs)) {
      for (; sent < ((performance.now() - startedAt) / 1000) * perSecond; sent++) {
        const one = call()
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
