import type { Sample } from './prometheus.ts'
import type { PartitionLag } from './reliability.ts'

/** Each process of analytics tells of every partition. By log and number; null: none of them tells. */
export function lagIn(samples: readonly Sample[]): readonly PartitionLag[] | null {
  const lag = new Map<string, PartitionLag>()
  for (const { labels, value } of samples) {
    const { log = '', partition = '' } = labels
    const key = `${log} ${partition}`
    lag.set(key, { log, partition, records: Math.max(value, lag.get(key)?.records ?? 0) })
  }
  if (lag.size === 0) return null
  return [...lag.values()].toSorted(
    (one, other) =>
      one.log.localeCompare(other.log) || Number(one.partition) - Number(other.partition),
  )
}
