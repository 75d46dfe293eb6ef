// The only file that imports kafkajs. Its known faults, and what is done about each, are decision 8.
import { createRequire } from 'node:module'
import { clicksTopic } from '@sleepwell/contracts/click'
import type { Logger } from '@sleepwell/runtime/log'
import { Kafka, logLevel, PartitionAssigners, type PartitionAssigner } from 'kafkajs'
import type { ClickLog } from './click-log.ts'
import { withDeadline } from './deadline.ts'
import { startConsumer, type ConsumerEvents } from './kafka-consumer.ts'
import type { KafkaAdmin, KafkaConsumer } from './kafka-client.ts'
import { createPublisher, type Partitioner } from './kafka-publisher.ts'
import { guardFetches } from './kafka-fetch-guard.ts'
import { guardTimers } from './kafka-timer-guard.ts'
import { readKafkaUrl, type KafkaAddress } from './kafka-url.ts'
import { keepConnection } from './kept-connection.ts'

const inside = createRequire(import.meta.url)
guardTimers(inside('kafkajs/src/network/requestQueue'))
guardFetches(inside('kafkajs/src/consumer/runner'))

export interface KafkaClickLogOptions {
  readonly url: string
  readonly log: Logger
  /** For a publish with everything that is tried meanwhile, and for a question to the cluster. */
  readonly deadlineMs?: number
  /** Pause between looks at the end of the log. */
  readonly lookMs?: number
  /** After which the partitions of a consumer that hangs are given to others. */
  readonly silenceMs?: number
  /** After which a consumer that does not move is made anew. */
  readonly stillMs?: number
}

/** A frozen leader is retried for as long as these two let it. */
const timeoutMs = 2_000
const metadataMaxAge = 2_000
/** An open fetch holds up every rejoin and every goodbye. */
const maxWaitTimeInMs = 250
/** Some thousand clicks: what has piled up is counted in large transactions. */
const maxBytesPerPartition = 8 * 1024 * 1024
const retry = { retries: 4, initialRetryTime: 100, maxRetryTime: 1_000 }

/** The click log as a topic of Kafka. Connects when it is first used, and again whenever needed. */
export function openKafkaClickLog(options: KafkaClickLogOptions): ClickLog {
  const { url, log, deadlineMs = 10_000, lookMs = 1_000 } = options
  const { silenceMs = 6_000, stillMs = 20_000 } = options
  const heartbeatMs = Math.min(1_000, silenceMs / 4)
  const address = addressIn(url)
  const { topic } = address
  const kafka = connectTo(address, log)
  const publisher = createPublisher({
    topic,
    timeoutMs,
    deadlineMs,
    create: (choose) => producerOf(kafka, choose),
  })
  const admin = keepConnection(() => kafka.admin({ retry }), deadlineMs)
  const consumers = new Set<AsyncDisposable>()
  let cluster: string | undefined

  const bounds = async () => {
    const all = await admin.use('asking for offsets', (client) => client.fetchTopicOffsets(topic))
    return new Map(
      all.map(({ partition, low, high }) => [partition, { low: Number(low), high: Number(high) }]),
    )
  }
  // Offsets are kept by this name, and another topic has offsets of its own.
  const nameOf = async (client: KafkaAdmin) => {
    const { clusterId } = await client.describeCluster()
    return topic === clicksTopic ? clusterId : `${clusterId}/${topic}`
  }
  return {
    cluster: async () => (cluster ??= await admin.use('asking for the cluster', nameOf)),
    publish: publisher.publish,
    consume: (consumeOptions) => {
      const create = (group: string, events: ConsumerEvents) =>
        consumerOf(kafka, topic, group, events, { silenceMs, heartbeatMs })
      const pace = { heartbeatMs, lookMs, stillMs }
      const consumer = startConsumer({
        topic,
        options: consumeOptions,
        log,
        create,
        bounds,
        ...pace,
      })
      consumers.add(consumer)
      return consumer
    },
    bounds,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...consumers].map((consumer) => consumer[Symbol.asyncDispose]()))
      await Promise.all([publisher[Symbol.asyncDispose](), admin[Symbol.asyncDispose]()])
    },
  }
}

/** Connects and leaves again, within five seconds; rejects with what Kafka, or its certificate, refuses. */
export async function probeKafka(url: string, log: Logger): Promise<void> {
  const retries = addressIn(url).brokers.length - 1
  await withAdmin(url, log, async () => {}, { ...retry, retries })
}

/** For jobs: a connection that is gone afterwards. */
export async function withAdmin<T>(
  url: string,
  log: Logger,
  ask: (admin: ReturnType<Kafka['admin']>, topic: string) => Promise<T>,
  retrying = retry,
): Promise<T> {
  const address = addressIn(url)
  const admin = connectTo(address, log, retrying).admin({ retry: retrying })
  const connected = admin.connect()
  try {
    await withDeadline(5_000, 'connecting to Kafka', connected)
    return await ask(admin, address.topic)
  } finally {
    // Not before it has connected: it would still do so afterwards, and no process with a connection ends.
    const gone = connected.catch(() => {}).then(() => admin.disconnect())
    await withDeadline(2_000, 'leaving Kafka', gone).catch(() => {})
  }
}

function addressIn(url: string): KafkaAddress {
  const address = readKafkaUrl(url)
  if (address === 'invalid') throw new TypeError('not a kafka:// or kafkas:// URL')
  return address
}

function connectTo({ brokers, secure, user }: KafkaAddress, log: Logger, retrying = retry): Kafka {
  return new Kafka({
    clientId: 'sleepwell',
    brokers: [...brokers],
    ssl: secure,
    ...(user && {
      sasl: { mechanism: 'scram-sha-512', username: user.name, password: user.password },
    }),
    connectionTimeout: timeoutMs,
    authenticationTimeout: timeoutMs,
    requestTimeout: timeoutMs,
    enforceRequestTimeout: true,
    retry: retrying,
    logLevel: logLevel.WARN,
    // It calls "error" what is an everyday event, such as a group that is divided anew; what matters we tell ourselves.
    logCreator: () => (entry) => log.debug({ kafkajs: entry.namespace }, entry.log.message),
  })
}

function producerOf(kafka: Kafka, choose: Partitioner) {
  return kafka.producer({
    allowAutoTopicCreation: false,
    // Its sequence numbers can get mixed up, and then the broker drops what it acknowledges; clicks have ids.
    idempotent: false,
    metadataMaxAge,
    retry,
    createPartitioner:
      () =>
      ({ message, partitionMetadata }) =>
        choose(
          message.partition ?? 0,
          partitionMetadata.map(({ partitionId }) => partitionId),
        ),
  })
}

function consumerOf(
  kafka: Kafka,
  topic: string,
  groupId: string,
  events: ConsumerEvents,
  pace: { silenceMs: number; heartbeatMs: number },
): KafkaConsumer {
  const announcing: PartitionAssigner = (config) => {
    const assigner = PartitionAssigners.roundRobin(config)
    return {
      ...assigner,
      // Called for each request to join, of which kafkajs tells by no event.
      protocol: (subscription) => {
        events.joining()
        return assigner.protocol(subscription)
      },
    }
  }
  const consumer = kafka.consumer({
    groupId,
    allowAutoTopicCreation: false,
    partitionAssigners: [announcing],
    sessionTimeout: pace.silenceMs,
    heartbeatInterval: pace.heartbeatMs,
    // Also for how long a request to join may hang at a frozen coordinator.
    rebalanceTimeout: pace.silenceMs,
    maxWaitTimeInMs,
    maxBytesPerPartition,
    maxBytes: 4 * maxBytesPerPartition,
    metadataMaxAge,
    // Once it has given up it is thrown away.
    retry: { ...retry, retries: 8, restartOnFailure: async () => false },
  })
  const { GROUP_JOIN, CRASH, DISCONNECT } = consumer.events
  consumer.on(GROUP_JOIN, ({ payload }) => events.joined(payload.memberAssignment[topic] ?? []))
  consumer.on(CRASH, ({ payload }) => events.ended(payload.error))
  consumer.on(DISCONNECT, () => events.ended(new Error('the consumer has disconnected')))
  return consumer
}
