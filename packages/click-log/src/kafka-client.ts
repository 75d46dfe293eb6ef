// The part of kafkajs that the click log uses, by shape: only kafka-click-log.ts imports the library itself.

/** A producer or an admin client: connected when first used, thrown away when it failed. */
export interface Connected {
  readonly connect: () => Promise<void>
  readonly disconnect: () => Promise<void>
}

export interface Acknowledgement {
  readonly topicName: string
  readonly partition: number
  readonly errorCode: number
}

export interface KafkaProducer extends Connected {
  readonly send: (batch: {
    topic: string
    acks: number
    timeout: number
    messages: { value: Buffer; partition: number }[]
  }) => Promise<Acknowledgement[]>
}

export interface KafkaAdmin extends Connected {
  readonly describeCluster: () => Promise<{ clusterId: string }>
  readonly fetchTopicOffsets: (
    topic: string,
  ) => Promise<{ partition: number; high: string; low: string }[]>
}

export interface KafkaBatch {
  readonly partition: number
  readonly highWatermark: string
  readonly messages: readonly { readonly offset: string; readonly value: Buffer | null }[]
}

export interface BatchPayload {
  readonly batch: KafkaBatch
  readonly resolveOffset: (offset: string) => void
  readonly heartbeat: () => Promise<void>
  readonly isRunning: () => boolean
  readonly isStale: () => boolean
}

interface TopicPartitionOffset {
  readonly topic: string
  readonly partition: number
  readonly offset: string
}

export interface KafkaConsumer extends Connected {
  readonly subscribe: (subscription: { topics: string[]; fromBeginning: boolean }) => Promise<void>
  readonly run: (config: {
    autoCommit: boolean
    eachBatchAutoResolve: boolean
    partitionsConsumedConcurrently: number
    eachBatch: (payload: BatchPayload) => Promise<void>
  }) => Promise<void>
  readonly seek: (to: TopicPartitionOffset) => void
  readonly pause: (of: { topic: string; partitions: number[] }[]) => void
  readonly resume: (of: { topic: string; partitions: number[] }[]) => void
  readonly commitOffsets: (offsets: TopicPartitionOffset[]) => Promise<void>
}
