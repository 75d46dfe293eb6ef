// The brokers that tests run against: one, which also speaks TLS, and a cluster of three.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Authority } from '../certificates.ts'
import { withPidFile } from '../pid-file.ts'
import { supervise, type Supervision } from '../supervise.ts'
import { prepareKafka, type Kafka, type KafkaOptions } from './kafka-broker.ts'

export interface TestKafka extends AsyncDisposable {
  /** What tests are told, once all brokers are ready. */
  readonly env: Promise<Record<string, string>>
}

const clusterHosts = ['127.0.0.11', '127.0.0.12', '127.0.0.13']

/** Begins at once: the JVM takes a while. */
export function startTestKafka(
  directory: string,
  authority: Authority,
  supervision: Supervision,
): TestKafka {
  const running = new AsyncDisposableStack()
  const engines = join(directory, 'engines')
  const env = start()
  env.catch(() => {}) // who waits for it hears of it
  return {
    env,
    [Symbol.asyncDispose]: async () => {
      await env.catch(() => {})
      await running.disposeAsync()
    },
  }

  async function start(): Promise<Record<string, string>> {
    mkdirSync(engines, { recursive: true })
    const one = await startOne('kafka', {
      tls: { ...authority, ...authority.issue('kafka'), user: 'clicks', password: 'test' },
    })
    const three = await startOne('kafka-cluster', { hosts: clusterHosts })
    return {
      TEST_KAFKA_URL: one.url,
      TEST_KAFKA_TLS_URL: one.tlsUrl ?? '',
      TEST_KAFKA_CLUSTER_URL: three.url,
    }
  }

  async function startOne(name: string, options: Partial<KafkaOptions>): Promise<Kafka> {
    const place = { directory: join(directory, name), say: supervision.say }
    const kafka = await prepareKafka({ ...place, ...options })
    // In no order: the last ones of a cluster cannot agree on anything any more.
    const many = kafka.brokers.length > 1
    const brokers = kafka.brokers.map((broker, i) => {
      const pidFile = join(engines, many ? `kafka-${i + 1}.pid` : 'kafka.pid')
      return supervise(withPidFile(broker, pidFile), supervision)
    })
    running.defer(async () => {
      await Promise.all(brokers.map((broker) => broker[Symbol.asyncDispose]()))
    })
    await Promise.all(brokers.map((broker) => broker.ready))
    return kafka
  }
}
