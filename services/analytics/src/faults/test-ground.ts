// For tests: a database, a topic on real brokers, and whoever ships to it and reads it.
import { until } from '@sleepwell/click-log/log-diary'
import { openKafkaClickLog } from '@sleepwell/click-log/kafka-click-log'
import { openPool } from '@sleepwell/runtime/postgres'
import { openTestTopic, type TestKafka, type TestTopic } from '@sleepwell/testing/kafka'
import { openTestDatabase } from '@sleepwell/testing/postgres'
import { silent } from '../test-clicks.ts'
import { startConsumer, type Consumer, type ConsumerSettings } from './test-consumers.ts'
import { naiveTable } from './test-naive-consumer.ts'
import type { Query } from './test-recount.ts'
import { createTraffic, type Traffic } from './test-traffic.ts'

export interface Ground extends AsyncDisposable {
  readonly topic: TestTopic
  readonly partitions: number
  /** As the superuser. */
  readonly query: Query
  readonly publish: (records: readonly Uint8Array[]) => Promise<void>
  readonly traffic: () => Traffic
  readonly start: (changes?: Partial<ConsumerSettings>) => Consumer
  /** Resolves when the stored offsets are at the ends that the log has now. */
  readonly drained: () => Promise<void>
  readonly until: typeof until
}

/** Short, so that a test need not wait: a dead consumer is missed after a second. */
const silenceMs = 1_000
const stillMs = 20_000

export async function openGround(kafka: TestKafka = 'one broker', partitions = 4): Promise<Ground> {
  const open = new AsyncDisposableStack()
  const database = open.use(await openTestDatabase('analytics'))
  const topic = open.use(await openTestTopic(kafka, partitions))
  const url = database.url('postgres')
  const admin = open.use(openPool({ url, name: 'test', max: 4, timeoutMs: 60_000, log: silent }))
  const log = open.use(openKafkaClickLog({ url: topic.url, log: silent }))
  await admin.query(naiveTable)
  const query: Query = async <Row extends object>(sql: string, values: unknown[] = []) =>
    (await admin.query<Row>(sql, values)).rows
  return {
    topic,
    partitions,
    query,
    publish: log.publish,
    traffic: () => createTraffic(log.publish),
    start: (changes = {}) =>
      startConsumer({
        analyticsUrl: database.url('analytics'),
        clickLogUrl: topic.url,
        group: topic.topic,
        guarded: true,
        silenceMs,
        stillMs,
        ...changes,
      }),
    drained: async () => {
      const ends = await topic.asAdmin((asked) => asked.fetchTopicOffsets(topic.topic))
      await until(async () => {
        const rows = await query<{ partition: number; next: number | null }>(
          'select partition, next from offsets',
        )
        const stored = new Map(rows.map(({ partition, next }) => [partition, next ?? 0]))
        return ends.every(({ partition, high }) => (stored.get(partition) ?? 0) >= Number(high))
      })
    },
    until,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}
