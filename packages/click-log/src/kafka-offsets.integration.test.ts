// Offsets that are not, or no longer, on the log.
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { openTestTopic, type TestTopic } from '@sleepwell/testing/kafka'
import { pino } from 'pino'
import type { ClickLog } from './click-log.ts'
import { openKafkaClickLog } from './kafka-click-log.ts'
import { createDiary, until } from './log-diary.ts'

const silent = pino({ level: 'silent' })
const bytes = (text: string) => new TextEncoder().encode(text)

let topic: TestTopic
let log: ClickLog
beforeEach(async () => {
  topic = await openTestTopic('one broker', 1)
  log = openKafkaClickLog({ url: topic.url, log: silent, lookMs: 50 })
})
afterEach(async () => {
  await log[Symbol.asyncDispose]()
  await topic[Symbol.asyncDispose]()
})

const group = async () => topic.topic
const publish = async (from: number, to: number) => {
  for (let i = from; i < to; i++) await log.publish([bytes(String(i))])
}
const deleteBelow = (offset: number) =>
  topic.asAdmin(async (admin) => {
    await admin.fetchTopicOffsets(topic.topic) // it must know the topic
    await admin.deleteTopicRecords({
      topic: topic.topic,
      partitions: [{ partition: 0, offset: String(offset) }],
    })
  })

test.each([
  ['below the oldest record', 1],
  ['beyond the end', 500],
])('an offset %s begins at the oldest record', async (_where, stored) => {
  await publish(0, 6)
  await deleteBelow(4)
  const diary = createDiary(new Map([[0, stored]]))
  await using _consumer = log.consume({ ...diary.options, group })
  await until(() => diary.texts().length === 2)
  expect(diary.of(0)).toEqual([
    { offset: 4, text: '4' },
    { offset: 5, text: '5' },
  ])
})

test('a partition whose records are all gone is at its end', async () => {
  await publish(0, 6)
  await deleteBelow(6)
  const diary = createDiary(new Map([[0, 2]]))
  await using _consumer = log.consume({ ...diary.options, group })
  await until(() => diary.emptyBatches() > 2)
  await publish(6, 7)
  await until(() => diary.texts().length === 1)
  expect(diary.of(0)).toEqual([{ offset: 6, text: '6' }])
})

test('what Kafka remembers of the group is not believed', async () => {
  await publish(0, 6)
  const first = createDiary()
  {
    await using _consumer = log.consume({ ...first.options, group })
    const hint = async () => {
      const [offsets] = await topic.asAdmin((admin) =>
        admin.fetchOffsets({ groupId: topic.topic, topics: [topic.topic] }),
      )
      return offsets?.partitions[0]?.offset
    }
    // For people's eyes it is there.
    await until(async () => (await hint()) === '6')
  }
  const again = createDiary(new Map([[0, 2]]))
  await using _consumer = log.consume({ ...again.options, group })
  await until(() => again.texts().length === 4)
  expect(again.of(0)[0]).toEqual({ offset: 2, text: '2' })
})

test('a reader that retention overtakes goes on with what is left', async () => {
  await publish(0, 3)
  const diary = createDiary()
  let held = false
  const gate = Promise.withResolvers<void>()
  await using _consumer = log.consume({
    ...diary.options,
    group,
    handle: async (partition, records) => {
      if (records.length > 0 && !held) {
        held = true
        await gate.promise
      }
      return diary.options.handle(partition, records)
    },
  })
  await until(() => held)
  await publish(3, 9)
  await deleteBelow(7)
  gate.resolve()
  await until(() => diary.texts().includes('8'))
  expect(diary.of(0).slice(-2)).toEqual([
    { offset: 7, text: '7' },
    { offset: 8, text: '8' },
  ])
})

test('a handler that goes elsewhere is followed', async () => {
  await publish(0, 9)
  const diary = createDiary()
  let back = false
  await using _consumer = log.consume({
    ...diary.options,
    group,
    handle: async (partition, records) => {
      const next = await diary.options.handle(partition, records)
      if (back || next < 9) return next
      back = true
      return 5
    },
  })
  await until(() => diary.texts().length >= 13)
  expect(diary.of(0).map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 5, 6, 7, 8])
})

test('a topic that was deleted and made again is read from its beginning', async () => {
  await publish(0, 5)
  const diary = createDiary()
  const ends: number[] = []
  await using _consumer = log.consume({
    ...diary.options,
    group,
    startAt: async (partition, end) => {
      const stored = await diary.options.startAt(partition, end)
      ends.push(await end())
      return stored !== 'earliest' && stored > (ends.at(-1) ?? 0) ? 'earliest' : stored
    },
  })
  await until(() => diary.texts().length === 5)
  const wish = { topic: topic.topic, numPartitions: 1, replicationFactor: 1 }
  await topic.asAdmin((admin) => admin.deleteTopics({ topics: [topic.topic] }))
  await until(() =>
    topic.asAdmin((admin) => admin.createTopics({ topics: [wish] })).catch(() => false),
  )
  await until(() =>
    publish(100, 101).then(
      () => true,
      () => false,
    ),
  )
  await until(() => diary.texts().includes('100'))
  expect(diary.texts()).toHaveLength(6)
})
