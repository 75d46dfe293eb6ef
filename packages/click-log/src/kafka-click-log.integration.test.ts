import { trustAuthorities } from '@sleepwell/runtime/probe'
import { engineUrl } from '@sleepwell/testing/engine'
import { openTestTopic, type TestKafka } from '@sleepwell/testing/kafka'
import { watchSockets } from '@sleepwell/testing/sockets'
import { pino } from 'pino'
import { describeClickLog } from './click-log.behaviour.ts'
import type { LogUnderTest } from './test-log.ts'
import type { ClickLog, ConsumeOptions } from './click-log.ts'
import { openKafkaClickLog } from './kafka-click-log.ts'

const silent = pino({ level: 'silent' })
const sockets = watchSockets()

trustAuthorities(engineUrl('TEST_CA_FILE'))

for (const kafka of ['one broker', 'with TLS'] as const)
  describeClickLog(`Kafka (${kafka})`, () => openLog(kafka))

async function openLog(kafka: TestKafka): Promise<LogUnderTest> {
  const topic = await openTestTopic(kafka)
  const opened: ClickLog[] = []
  const open = () => {
    const log = openKafkaClickLog({ url: topic.url, log: silent, lookMs: 50 })
    opened.push(log)
    const consume = (options: ConsumeOptions) =>
      log.consume({ group: async () => topic.topic, ...options })
    return { ...log, consume }
  }
  return {
    publisher: open,
    consumer: open,
    cut: async () => sockets.cut(),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(opened.map((each) => each[Symbol.asyncDispose]()))
      await topic[Symbol.asyncDispose]()
    },
  }
}
