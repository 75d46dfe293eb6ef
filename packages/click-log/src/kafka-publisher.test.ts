import { expect, test } from '@jest/globals'
import type { Acknowledgement, KafkaProducer } from './kafka-client.ts'
import { createPublisher, type Partitioner } from './kafka-publisher.ts'

type Sent = Parameters<KafkaProducer['send']>[0]

const topic = 'clicks'
const record = new TextEncoder().encode('a')
const good = (partition: number): Acknowledgement[] => [
  { topicName: topic, partition, errorCode: 0 },
]

/** Three partitions, and what a producer answers for the one that was chosen. */
function publisherOver(answer: (partition: number) => Acknowledgement[] | Promise<never>) {
  const sent: { partitions: number[]; batch: Sent }[] = []
  let made = 0
  let left = 0
  const create = (choose: Partitioner): KafkaProducer => {
    made++
    return {
      connect: async () => {},
      disconnect: async () => void left++,
      send: async (batch) => {
        const partitions = batch.messages.map(({ partition }) => choose(partition, [2, 0, 1]))
        sent.push({ partitions, batch })
        return answer(partitions[0] ?? 0)
      },
    }
  }
  const publisher = createPublisher({ topic, timeoutMs: 1, deadlineMs: 20, create })
  return { ...publisher, sent, made: () => made, left: () => left }
}

test('all records of a publish go to one partition, those of the next to the next one', async () => {
  const { publish, sent } = publisherOver(good)
  for (let i = 0; i < 6; i++) await publish([record, record])
  const partitions = sent.map(({ partitions: [first, second] }) => {
    expect(second).toBe(first)
    return first ?? 0
  })
  const first = partitions[0] ?? 0
  expect(partitions).toEqual([0, 1, 2, 3, 4, 5].map((i) => (first + i) % 3))
  expect(sent[0]?.batch.acks).toBe(-1)
})

test('one that is tried again goes to the next partition', async () => {
  let failures = 0
  const { publish, sent } = publisherOver((partition) =>
    failures++ === 0 ? Promise.reject(new Error('no leader')) : good(partition),
  )
  await expect(publish([record])).rejects.toThrow('no leader')
  await publish([record])
  expect(sent[1]?.partitions[0]).toBe(((sent[0]?.partitions[0] ?? 0) + 1) % 3)
})

test.each<[string, (partition: number) => Acknowledgement[]]>([
  ['nothing', () => []],
  ['another partition', (partition) => good((partition + 1) % 3)],
  ['an error', (partition) => [{ topicName: topic, partition, errorCode: 6 }]],
  ['another topic', (partition) => [{ topicName: 'other', partition, errorCode: 0 }]],
  ['more than one', (partition) => [...good(partition), ...good((partition + 1) % 3)]],
])('an acknowledgement that names %s is none', async (_what, answer) => {
  const { publish } = publisherOver(answer)
  await expect(publish([record])).rejects.toThrow('acknowledged something else')
})

test('a publish has an end, and what hung is used no more', async () => {
  let hangs = true
  const publisher = publisherOver((partition) =>
    hangs ? new Promise<never>(() => {}) : good(partition),
  )
  await expect(publisher.publish([record])).rejects.toThrow('no answer within 20 ms')
  hangs = false
  await publisher.publish([record])
  await publisher.publish([record])
  expect(publisher.made()).toBe(2)
  await publisher[Symbol.asyncDispose]()
  expect(publisher.left()).toBe(2)
})

test('publishing nothing asks nobody', async () => {
  const publisher = publisherOver(good)
  await publisher.publish([])
  expect(publisher.made()).toBe(0)
})
