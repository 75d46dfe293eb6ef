// Saturation, as any process of ours reports it: one thread answers everybody, so it is the event loop that fills up first.
import { availableParallelism, totalmem } from 'node:os'
import { constants, monitorEventLoopDelay, performance, PerformanceObserver } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
import type { BoundCounter } from './bound-instruments.ts'

/** Made by `createInstruments` from a table that declares these. */
export interface ProcessInstruments {
  readonly total: (
    name: 'process_event_loop_busy_seconds_total' | 'process_cpu_seconds_total',
    read: () => number,
  ) => void
  readonly boundCounter: (
    name: 'process_gc_seconds_total',
    attributes: { readonly kind: string },
  ) => BoundCounter
  readonly gauge: (
    name:
      | 'process_event_loop_delay_seconds'
      | 'process_heap_used_bytes'
      | 'process_heap_limit_bytes'
      | 'process_memory_resident_bytes'
      | 'process_memory_limit_bytes'
      | 'process_cpu_limit_cores'
      | 'process_start_time_seconds',
    read: () => number,
  ) => void
}

const collections = {
  minor: constants.NODE_PERFORMANCE_GC_MINOR,
  major: constants.NODE_PERFORMANCE_GC_MAJOR,
  incremental: constants.NODE_PERFORMANCE_GC_INCREMENTAL,
  weak: constants.NODE_PERFORMANCE_GC_WEAKCB,
}

/** The types know of no detail. */
interface Collection {
  readonly duration: number
  readonly detail: { readonly kind: number }
}

/** Each look wakes the process, also one that has nothing to do. */
const delayResolutionMs = 100

/** Reports on this process until disposed. */
export function observeProcess(instruments: ProcessInstruments): Disposable {
  instruments.total(
    'process_event_loop_busy_seconds_total',
    () => performance.eventLoopUtilization().active / 1000,
  )
  instruments.total('process_cpu_seconds_total', () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  })
  instruments.gauge('process_heap_used_bytes', () => getHeapStatistics().used_heap_size)
  instruments.gauge('process_heap_limit_bytes', () => getHeapStatistics().heap_size_limit)
  instruments.gauge('process_memory_resident_bytes', () => process.memoryUsage.rss())
  instruments.gauge('process_memory_limit_bytes', memoryLimitBytes)
  // Of a control group's quota the whole processors in it.
  instruments.gauge('process_cpu_limit_cores', availableParallelism)
  const startedAt = Date.now() / 1000 - process.uptime()
  instruments.gauge('process_start_time_seconds', () => startedAt)

  const delay = monitorEventLoopDelay({ resolution: delayResolutionMs })
  delay.enable()
  instruments.gauge('process_event_loop_delay_seconds', () => {
    // The timer's own interval is in it.
    const lateMs = Math.max(0, delay.percentile(99) / 1e6 - delayResolutionMs)
    delay.reset()
    return lateMs / 1000
  })

  const collected = new Map(
    Object.entries(collections).map(([kind, number]) => [
      number,
      instruments.boundCounter('process_gc_seconds_total', { kind }),
    ]),
  )
  const observer = new PerformanceObserver((list) => {
    for (const { duration, detail } of list.getEntries() as unknown as Collection[])
      collected.get(detail.kind)?.add(duration / 1000)
  })
  observer.observe({ entryTypes: ['gc'] })
  return {
    [Symbol.dispose]: () => {
      delay.disable()
      observer.disconnect()
    },
  }
}

function memoryLimitBytes(): number {
  const constrained = process.constrainedMemory()
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem()
}
