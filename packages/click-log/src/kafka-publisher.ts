import { types } from 'node:util'
import type { KafkaProducer } from './kafka-client.ts'
import { keepConnection } from './kept-connection.ts'

export interface PublisherOptions {
  readonly topic: string
  /** How long the brokers may take to have a batch on enough of them. */
  readonly timeoutMs: number
  /** For one publish with all that kafkajs tries meanwhile. */
  readonly deadlineMs: number
  /** `chosen` is told of each choice. */
  readonly create: (choose: Partitioner) => KafkaProducer
}

/** Chooses the partition of a message when it is sent, and again for each time that kafkajs tries. */
export type Partitioner = (turn: number, partitions: readonly number[]) => number

export interface Publisher extends AsyncDisposable {
  readonly publish: (records: readonly Uint8Array[]) => Promise<void>
}

/** Turns are the `partition` of kafkajs's messages, a number that must not lose digits. */
const maxTurn = 2 ** 31
const all = -1

/**
 * One partition for each send: kafkajs acknowledges a send over several although one of them was lost to a leader that
 * moved (180 of 1,600 messages, measured; 0 this way). So the acknowledgement must name that one and no other.
 */
export function createPublisher(options: PublisherOptions): Publisher {
  const { topic, timeoutMs, deadlineMs } = options
  let turn = Math.floor(Math.random() * maxTurn)
  // By turn, for as long as its publish is under way.
  const chosen = new Map<number, number>()
  const producer = keepConnection(
    () =>
      options.create((which, partitions) => {
        const sorted = [...partitions].sort((a, b) => a - b)
        const partition = sorted[which % sorted.length] ?? 0
        chosen.set(which, partition)
        return partition
      }),
    deadlineMs,
  )
  return {
    publish: async (records) => {
      if (records.length === 0) return
      const mine = (turn = (turn + 1) % maxTurn)
      const messages = records.map((value) => ({ value: asBuffer(value), partition: mine }))
      try {
        const answer = await producer.use('publishing', (client) =>
          client.send({ topic, acks: all, timeout: timeoutMs, messages }),
        )
        const [ack] = answer
        const asSent =
          answer.length === 1 &&
          ack?.topicName === topic &&
          ack.partition === chosen.get(mine) &&
          ack.errorCode === 0
        if (!asSent) throw new Error('Kafka acknowledged something else than what was sent')
      } catch (error) {
        throw explain(error, topic)
      } finally {
        chosen.delete(mine)
      }
    },
    [Symbol.asyncDispose]: () => producer[Symbol.asyncDispose](),
  }
}

function asBuffer(value: Uint8Array): Buffer {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
}

/** kafkajs says only that it has given up; why is inside. */
export function explain(error: unknown, topic: string): unknown {
  for (let inner = error; types.isNativeError(inner); inner = inner.cause)
    if ('type' in inner && inner.type === 'UNKNOWN_TOPIC_OR_PARTITION')
      return new Error(`Kafka has no topic ${topic}; src/create-topics.ts makes it`, {
        cause: error,
      })
  return error
}
