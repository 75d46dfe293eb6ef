import { randomUUID } from 'node:crypto'
import { withAdmin } from '@sleepwell/click-log/kafka-click-log'
import { ensureTopic } from '@sleepwell/click-log/kafka-topic'
import { pino } from 'pino'
import { engineUrl } from './engine.ts'

export type TestKafka = 'one broker' | 'three brokers' | 'with TLS'

type Admin = Parameters<Parameters<typeof withAdmin>[2]>[0]

export interface TestTopic extends AsyncDisposable {
  readonly url: string
  readonly topic: string
  /** For looking behind the scenes. */
  readonly asAdmin: <T>(ask: (admin: Admin) => Promise<T>) => Promise<T>
}

const settings = {
  'one broker': 'TEST_KAFKA_URL',
  'three brokers': 'TEST_KAFKA_CLUSTER_URL',
  'with TLS': 'TEST_KAFKA_TLS_URL',
} as const

const silent = pino({ level: 'silent' })

/** The brokers' URL, without a topic. */
export function testKafkaUrl(which: TestKafka): string {
  return engineUrl(settings[which])
}

/** A topic that nobody else uses, deleted when disposed. */
export async function openTestTopic(
  which: TestKafka = 'one broker',
  partitions = 4,
  replication?: number,
): Promise<TestTopic> {
  const topic = `test.${randomUUID()}`
  const url = `${testKafkaUrl(which)}?topic=${topic}`
  const asAdmin: TestTopic['asAdmin'] = (ask) => withAdmin(url, silent, ask)
  await asAdmin((admin) => ensureTopic(admin, { topic, partitions, replication }))
  return {
    url,
    topic,
    asAdmin,
    [Symbol.asyncDispose]: async () => {
      await asAdmin((admin) => admin.deleteTopics({ topics: [topic] }))
    },
  }
}
