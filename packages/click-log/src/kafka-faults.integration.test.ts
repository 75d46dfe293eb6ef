// Three brokers, of which some are moved away from, frozen or killed while clicks are published and read.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { engine } from '@sleepwell/testing/engine'
import { openTestTopic, type TestTopic } from '@sleepwell/testing/kafka'
import { pino } from 'pino'
import type { ClickLog } from './click-log.ts'
import { openKafkaClickLog } from './kafka-click-log.ts'
import { createDiary, until, type Diary } from './log-diary.ts'

const silent = pino({ level: 'silent' })
const brokers = [1, 2, 3]
const partitions = 6
/** A frozen coordinator can hold a request to join for 11 s; and others may have the cluster first. */
const limitMs = 300_000

let topic: TestTopic
let log: ClickLog
let diary: Diary

beforeEach(() => {
  diary = createDiary()
})
afterEach(async () => {
  await log[Symbol.asyncDispose]()
  await topic[Symbol.asyncDispose]()
})

async function openTopic(replication: number): Promise<void> {
  topic = await openTestTopic('three brokers', partitions, replication)
  log = openKafkaClickLog({ url: topic.url, log: silent, lookMs: 200 })
  log.consume({ ...diary.options, group: async () => topic.topic })
}

const describeTopic = async () => {
  const { topics } = await topic.asAdmin((admin) =>
    admin.fetchTopicMetadata({ topics: [topic.topic] }),
  )
  return topics[0]?.partitions ?? []
}

/** Publishes as a spool does: one batch in flight, again and again until it is acknowledged. */
function startPublishing(name: string) {
  const acknowledged: string[] = []
  let stopped = false
  const published = (records: Uint8Array[]) =>
    log.publish(records).then(
      () => true,
      () => false,
    )
  const running = (async () => {
    for (let i = 0; !stopped; i++) {
      const texts = [0, 1, 2].map((n) => `${name} ${i}.${n}`)
      const records = texts.map((text) => new TextEncoder().encode(text))
      while (!(await published(records))) await sleep(50)
      acknowledged.push(...texts)
      await sleep(5) // replicas that move have to catch up beside it, on a machine with other work
    }
  })()
  return {
    acknowledged: () => acknowledged.length,
    end: async () => {
      stopped = true
      await running
      return acknowledged
    },
  }
}

async function expectAllRead(acknowledged: readonly string[]): Promise<void> {
  const missing = () => {
    const read = new Set(diary.texts())
    return acknowledged.filter((text) => !read.has(text))
  }
  await until(() => missing().length === 0)
  expect(missing()).toEqual([])
  expect(diary.handledTwiceAtOnce()).toBe(false)
}

test(
  'nothing that was acknowledged is lost while leaders move',
  async () => {
    await openTopic(2)
    const publishers = ['a', 'b', 'c'].map(startPublishing)
    let moves = 0
    for (let round = 0; round < 6; round++) {
      const before = (await describeTopic()).map(({ leader }) => leader)
      const assignment = brokers.map((_, i) => brokers[(i + round) % 3] ?? 1)
      // Two of three brokers each time, the next ones: who led may have to go.
      const wanted = (partition: number) =>
        [partition, partition + 1].map((i) => assignment[i % 3] ?? 1)
      await topic.asAdmin((admin) =>
        admin.alterPartitionReassignments({
          topics: [
            {
              topic: topic.topic,
              partitionAssignment: Array.from({ length: partitions }, (_, partition) => ({
                partition,
                replicas: wanted(partition),
              })),
            },
          ],
        }),
      )
      // The controller now and then forgets to let the old replica go once all are in sync; the next round makes it.
      await until(async () =>
        (await describeTopic()).every(({ partitionId, isr }) =>
          wanted(partitionId).every((broker) => isr.includes(broker)),
        ),
      )
      const after = (await describeTopic()).map(({ leader }) => leader)
      moves += after.filter((leader, i) => leader !== before[i]).length
    }
    const acknowledged = (await Promise.all(publishers.map((one) => one.end()))).flat()
    expect(moves).toBeGreaterThan(5)
    await expectAllRead(acknowledged)
  },
  limitMs,
)

test.each(['SIGSTOP', 'SIGKILL'] as const)(
  'a leader that gets %s holds nobody up for good, and nothing is lost',
  async (signal) => {
    await openTopic(3)
    const publisher = startPublishing(signal)
    await until(() => publisher.acknowledged() > 60)
    const leader = (await describeTopic())[0]?.leader ?? 1
    const pid = engine(`kafka-${leader}`).pid()
    process.kill(pid, signal)
    try {
      // Partitions take turns, so those that it led are among them. It is still away.
      const before = publisher.acknowledged()
      await until(() => publisher.acknowledged() > before + 3 * 4 * partitions)
      const read = diary.texts().length
      await until(() => diary.texts().length > read + 3 * partitions)
      await expectAllRead(await publisher.end())
    } finally {
      if (signal === 'SIGSTOP') process.kill(pid, 'SIGCONT')
    }
    await until(async () => (await describeTopic()).every(({ isr }) => isr.length === 3))
  },
  limitMs,
)

test(
  'when all brokers are killed publishing is refused, and goes on when they are back',
  async () => {
    await openTopic(3)
    const publisher = startPublishing('all')
    await until(() => publisher.acknowledged() > 60)
    for (const broker of brokers) engine(`kafka-${broker}`).kill()
    await expect(log.publish([new Uint8Array(1)])).rejects.toHaveProperty('message')
    const before = publisher.acknowledged()
    await until(() => publisher.acknowledged() > before + 3 * 2 * partitions)
    await expectAllRead(await publisher.end())
    await until(async () => (await describeTopic()).every(({ isr }) => isr.length === 3))
  },
  limitMs,
)
