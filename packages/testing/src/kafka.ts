import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { withAdmin } from '@sleepwell/click-log/kafka-click-log'
import { ensureTopic } from '@sleepwell/click-log/kafka-topic'
import { pino } from 'pino'

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
  const name = settings[which]
  const url = process.env[name]
  if (url === undefined) throw new Error(`${name} is not set: run the tests with npm test`)
  return url
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

/** PEM file of the authority that vouches for the engines. */
export function testAuthorityFile(): string {
  const file = process.env.TEST_CA_FILE
  if (file === undefined) throw new Error('TEST_CA_FILE is not set: run the tests with npm test')
  return file
}

/** The process of a broker as it is now, by the name of its pid file: `kafka`, `kafka-1`, … */
export function enginePid(name: string): number {
  const directory = process.env.TEST_ENGINES_DIR
  if (directory === undefined)
    throw new Error('TEST_ENGINES_DIR is not set: run the tests with npm test')
  return Number(readFileSync(join(directory, `${name}.pid`), 'utf8'))
}
