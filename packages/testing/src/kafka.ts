import { randomUUID } from 'node:crypto'
import { withAdmin } from '@sleepwell/click-log/kafka-click-log'
import { ensureTopic } from '@sleepwell/click-log/kafka-topic'
import { Client } from 'pg'
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

/** Any number that no other lock of the tests has. */
const clusterLock = 1_668_049_790

/**
 * A topic that nobody else uses, deleted when disposed. Tests take brokers of the cluster away: whoever has a topic there
 * has the cluster for itself.
 */
export async function openTestTopic(
  which: TestKafka = 'one broker',
  partitions = 4,
  replication?: number,
): Promise<TestTopic> {
  const held = which === 'three brokers' ? await holdCluster() : undefined
  const topic = `test.${randomUUID()}`
  const url = `${testKafkaUrl(which)}?topic=${topic}`
  const asAdmin: TestTopic['asAdmin'] = (ask) => withAdmin(url, silent, ask)
  try {
    await asAdmin((admin) => ensureTopic(admin, { topic, partitions, replication }))
  } catch (error) {
    await held?.end()
    throw error
  }
  return {
    url,
    topic,
    asAdmin,
    [Symbol.asyncDispose]: async () => {
      try {
        await asAdmin((admin) => admin.deleteTopics({ topics: [topic] }))
      } finally {
        await held?.end()
      }
    },
  }
}

/** Until its session ends. */
async function holdCluster(): Promise<Client> {
  const client = new Client({ connectionString: `${engineUrl('TEST_POSTGRES_URL')}/postgres` })
  client.on('error', () => {})
  await client.connect()
  await client.query('select pg_advisory_lock($1)', [clusterLock])
  return client
}
