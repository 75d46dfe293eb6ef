// For tests of logs: a consumer that writes down what it is given, and keeps its offsets as analytics does.
import { setTimeout as sleep } from 'node:timers/promises'
import type { ConsumeOptions } from './click-log.ts'

interface Entry {
  readonly offset: number
  readonly text: string
}

export interface Diary {
  readonly options: ConsumeOptions
  readonly stored: () => ReadonlyMap<number, number>
  readonly partitions: () => number[]
  readonly of: (partition: number) => readonly Entry[]
  readonly texts: () => string[]
  readonly calls: () => number
  readonly emptyBatches: () => number
  readonly handledTwiceAtOnce: () => boolean
}

export function createDiary(stored: ReadonlyMap<number, number> = new Map()): Diary {
  const next = new Map(stored)
  const entries = new Map<number, Entry[]>()
  const busy = new Set<number>()
  let calls = 0
  let empty = 0
  let twice = false
  return {
    options: {
      startAt: async (partition) => next.get(partition) ?? 'earliest',
      handle: async (partition, records) => {
        calls++
        if (busy.has(partition)) twice = true
        busy.add(partition)
        await sleep(1)
        if (records.length === 0) empty++
        const kept = entries.get(partition) ?? []
        for (const { offset, value } of records) {
          kept.push({ offset, text: new TextDecoder().decode(value) })
          next.set(partition, offset + 1)
        }
        if (records.length > 0) entries.set(partition, kept)
        busy.delete(partition)
        return next.get(partition) ?? 0
      },
    },
    stored: () => next,
    partitions: () => [...entries.keys()].sort((a, b) => a - b),
    of: (partition) => entries.get(partition) ?? [],
    texts: () => [...entries.values()].flat().map(({ text }) => text),
    calls: () => calls,
    emptyBatches: () => empty,
    handledTwiceAtOnce: () => twice,
  }
}

/** Waits for what must come true; the test runner sets the limit. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(10)
}
