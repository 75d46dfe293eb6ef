// What kafkajs really asks of a broker, and when it does nothing at all.
import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { openTestTopic } from '@sleepwell/testing/kafka'
import { watchSockets } from '@sleepwell/testing/sockets'
import { pino } from 'pino'
import { openKafkaClickLog } from './kafka-click-log.ts'
import { createDiary, until } from './log-diary.ts'

const silent = pino({ level: 'silent' })
const sockets = watchSockets()
const bytes = (text: string) => new TextEncoder().encode(text)

const apis = { produce: 0, fetch: 1, metadata: 3, initProducerId: 22 }

/** Requests of one kind that this process has sent, without their headers. */
function sent(api: keyof typeof apis): Buffer[] {
  return sockets
    .written()
    .filter((request) => request.readInt16BE(4) === apis[api])
    .map((request) => {
      const clientId = request.readInt16BE(12)
      return request.subarray(14 + clientId)
    })
}

test('no topic is made by asking for it, no fetch stays open for long, no sequence numbers', async () => {
  await using topic = await openTestTopic()
  await using log = openKafkaClickLog({ url: topic.url, log: silent, lookMs: 50 })
  const diary = createDiary()
  log.consume({ ...diary.options, group: async () => topic.topic })
  await log.publish([bytes('a')])
  await until(() => diary.texts().length === 1 && diary.emptyBatches() > 0)
  expect(sent('produce')).toHaveLength(1)
  expect(sent('initProducerId')).toEqual([])
  // Its last byte: whether a topic that is missing shall be made.
  expect(new Set(sent('metadata').map((request) => request.at(-1)))).toEqual(new Set([0]))
  // After the replica id: for how long the broker may wait for records.
  const waits = new Set(sent('fetch').map((request) => request.readInt32BE(4)))
  expect([...waits]).toEqual([250])
})

test('an idle connection wakes nobody up', async () => {
  await using topic = await openTestTopic()
  await using log = openKafkaClickLog({ url: topic.url, log: silent })
  await log.publish([bytes('a')])
  await log.cluster()
  const armed: number[] = []
  const original = globalThis.setTimeout
  const counting = (work: () => void, ms?: number, ...rest: unknown[]) => {
    armed.push(ms ?? 0)
    return Reflect.apply(original, globalThis, [work, ms, ...rest]) as NodeJS.Timeout
  }
  globalThis.setTimeout = Object.assign(counting, original)
  try {
    await sleep(500)
  } finally {
    globalThis.setTimeout = original
  }
  // Unguarded it is one a millisecond for each of the two connections, hundreds.
  expect(armed.length).toBeLessThan(10)
})

test('the method that is guarded is the one that kafkajs calls', () => {
  const RequestQueue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as {
    prototype: Record<string, unknown>
  }
  expect(String(RequestQueue.prototype.checkPendingRequests)).toContain(
    'this.scheduleCheckPendingRequests()',
  )
  expect(String(RequestQueue.prototype.scheduleCheckPendingRequests)).toContain('scheduleIfPending')
})

test('a topic that is missing is told clearly, and nothing makes it', async () => {
  await using topic = await openTestTopic()
  const name = `${topic.topic}.missing`
  const url = topic.url.replace(topic.topic, name)
  await using log = openKafkaClickLog({ url, log: silent })
  await expect(log.publish([bytes('a')])).rejects.toThrow(`Kafka has no topic ${name}`)
  const diary = createDiary()
  await using _consumer = log.consume({ ...diary.options, group: async () => name })
  await expect(log.publish([bytes('a')])).rejects.toThrow('create-topics')
  expect(await topic.asAdmin((admin) => admin.listTopics())).not.toContain(name)
  await topic.asAdmin((admin) =>
    admin.createTopics({ topics: [{ topic: name, numPartitions: 1, replicationFactor: 1 }] }),
  )
  // Once the job has run, both go on by themselves.
  await until(() =>
    log.publish([bytes('a')]).then(
      () => true,
      () => false,
    ),
  )
  await until(() => diary.texts().includes('a'))
  await topic.asAdmin((admin) => admin.deleteTopics({ topics: [name] }))
})
