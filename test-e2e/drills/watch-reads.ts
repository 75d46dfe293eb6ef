// How many links a second redirect reads from a tier: at the most, until disposed.
import { setTimeout as sleep } from 'node:timers/promises'
import type { System } from '../system.ts'

export interface WatchedReads extends AsyncDisposable {
  readonly peakPerSecond: () => number
}

const everyMs = 500

export function watchReads(system: System, tier: 'redis' | 'replica' | 'primary'): WatchedReads {
  let [peak, over] = [0, false]
  const watching = (async () => {
    let last: { readonly at: number; readonly reads: number } | undefined
    for (; !over; await sleep(everyMs)) {
      const reads = await readsOf(system, tier)
      const at = performance.now()
      // A process that began anew counts from 0.
      if (last !== undefined && reads !== undefined && reads >= last.reads)
        peak = Math.max(peak, (reads - last.reads) / ((at - last.at) / 1000))
      last = reads === undefined ? undefined : { at, reads }
    }
  })()
  return {
    peakPerSecond: () => Math.round(peak),
    [Symbol.asyncDispose]: async () => {
      over = true
      await watching
    },
  }
}

async function readsOf(system: System, tier: string): Promise<number | undefined> {
  try {
    const lines = (await system.metricsOf('redirect')).split('\n')
    return lines
      .filter((line) => line.startsWith('redirect_link_reads_total{'))
      .filter((line) => line.includes(`tier="${tier}"`) && !line.includes('result="failed"'))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
  } catch {
    return undefined
  }
}
