// What becomes of a consumer that has given up, or that does not move although it has not.
import { expect, test } from '@jest/globals'
import { pino } from 'pino'
import type { BatchPayload, KafkaConsumer } from './kafka-client.ts'
import { startConsumer, type ConsumerEvents } from './kafka-consumer.ts'
import { createDiary, until } from './log-diary.ts'

const topic = 'clicks'

/** Kafka with one partition of two records, and consumers that read it only if they `work`. */
function kafkaWhere(works: (born: number) => boolean) {
  let born = 0
  let left = 0
  const lives: ConsumerEvents[] = []
  const create = (_group: string, events: ConsumerEvents): KafkaConsumer => {
    const mine = born++
    let gone = false
    let at: number | undefined
    lives.push(events)
    const read = async (eachBatch: (payload: BatchPayload) => Promise<void>) => {
      while (!gone && works(mine)) {
        await new Promise((resolve) => setTimeout(resolve, 1))
        if (at === undefined || at > 1) continue
        const messages = [0, 1].slice(at).map((n) => ({
          offset: String(n),
          value: Buffer.from(`record ${n}`),
        }))
        await eachBatch({
          batch: { partition: 0, highWatermark: '2', messages },
          resolveOffset: (offset) => (at = Number(offset) + 1),
          heartbeat: async () => {},
          isRunning: () => !gone,
          isStale: () => false,
        })
      }
    }
    return {
      connect: async () => {},
      disconnect: async () => {
        if (!gone) left++
        gone = true
      },
      subscribe: async () => {},
      run: async ({ eachBatch }) => {
        events.joining()
        events.joined([0])
        void read(eachBatch)
      },
      seek: ({ offset }) => (at = Number(offset)),
      pause: () => (at = undefined),
      resume: () => {},
      commitOffsets: async () => {},
    }
  }
  return { create, lives, born: () => born, left: () => left }
}

function consume(kafka: ReturnType<typeof kafkaWhere>, stillMs: number) {
  const diary = createDiary()
  const consumer = startConsumer({
    topic,
    log: pino({ level: 'silent' }),
    options: diary.options,
    create: kafka.create,
    bounds: async () => new Map([[0, { low: 0, high: 2 }]]),
    heartbeatMs: 50,
    lookMs: 5,
    stillMs,
  })
  return { diary, consumer }
}

test('one that stands still although there is something to read is made anew', async () => {
  const kafka = kafkaWhere((born) => born >= 2)
  const { diary, consumer } = consume(kafka, 400)
  await until(() => diary.texts().length === 2)
  await until(() => diary.emptyBatches() > 20)
  // At the end of the log it stands for a good reason.
  expect(kafka.born()).toBe(3)
  expect(kafka.left()).toBe(2)
  await consumer[Symbol.asyncDispose]()
  expect(kafka.left()).toBe(3)
})

test.each(['crashed', 'disconnected'])('one that has %s is made anew', async (how) => {
  const kafka = kafkaWhere(() => true)
  const { diary, consumer } = consume(kafka, 60_000)
  for (let life = 0; life < 3; life++) {
    await until(() => kafka.born() > life && diary.emptyBatches() > life)
    kafka.lives[life]?.ended(new Error(how))
  }
  await until(() => kafka.born() === 4)
  await consumer[Symbol.asyncDispose]()
  expect(diary.texts()).toEqual(['record 0', 'record 1'])
  expect(kafka.left()).toBe(4)
})

test('one that is never let into the group is made anew', async () => {
  let tries = 0
  const kafka = kafkaWhere(() => true)
  const { diary, consumer } = consume(
    {
      ...kafka,
      create: (group, events) => {
        const one = kafka.create(group, events)
        return tries++ > 0 ? one : { ...one, run: () => new Promise(() => {}) }
      },
    },
    400,
  )
  await until(() => diary.texts().length === 2)
  expect(tries).toBe(2)
  await consumer[Symbol.asyncDispose]()
})

test('while the group is divided anew nothing is handled', async () => {
  const kafka = kafkaWhere(() => true)
  const { diary, consumer } = consume(kafka, 60_000)
  await until(() => diary.emptyBatches() > 3)
  kafka.lives[0]?.joining()
  const calls = diary.calls()
  await new Promise((resolve) => setTimeout(resolve, 30))
  expect(diary.calls()).toBeLessThanOrEqual(calls + 1)
  kafka.lives[0]?.joined([0])
  const empty = diary.emptyBatches()
  await until(() => diary.emptyBatches() > empty + 2)
  await consumer[Symbol.asyncDispose]()
  expect(diary.texts()).toHaveLength(2)
})

test('one whose leaving fails is told again until it has left', async () => {
  const kafka = kafkaWhere(() => true)
  let refusals = 2
  const { diary, consumer } = consume(
    {
      ...kafka,
      create: (group, events) => {
        const one = kafka.create(group, events)
        const disconnect = async () => {
          if (refusals-- > 0) throw new Error('no connection')
          await one.disconnect()
        }
        return { ...one, disconnect }
      },
    },
    60_000,
  )
  await until(() => diary.texts().length === 2)
  kafka.lives[0]?.ended(new Error('crashed'))
  await until(() => kafka.left() === 1)
  await until(() => kafka.born() === 2)
  await consumer[Symbol.asyncDispose]()
  expect(kafka.left()).toBe(2)
})
