export interface ConsumerAge {
  readonly assigned: (partitions: readonly number[]) => void
  readonly moved: (partition: number) => void
  /** Of the partition that has not moved for the longest time; 0 if others have them all. */
  readonly seconds: () => number
}

/** How long the consumer has stood still. Nothing assigned yet counts from the start: it ought to be soon. */
export function createConsumerAge(nowMs: () => number): ConsumerAge {
  const startedAt = nowMs()
  let movedAt: Map<number, number> | undefined
  return {
    assigned: (partitions) => {
      const now = nowMs()
      movedAt = new Map(partitions.map((partition) => [partition, movedAt?.get(partition) ?? now]))
    },
    moved: (partition) => {
      if (movedAt?.has(partition) === true) movedAt.set(partition, nowMs())
    },
    seconds: () => {
      const oldest = movedAt === undefined ? startedAt : Math.min(...movedAt.values())
      return oldest === Number.POSITIVE_INFINITY ? 0 : (nowMs() - oldest) / 1000
    },
  }
}
