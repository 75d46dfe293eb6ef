import { afterEach, beforeEach, expect, test } from '@jest/globals'
import {
  click,
  clicksStored,
  noEnd,
  openCounting,
  recordsFrom,
  type Counting,
} from './test-clicks.ts'

let counting: Counting
beforeEach(async () => {
  counting = await openCounting()
})
afterEach(async () => {
  await counting[Symbol.asyncDispose]()
})

/** A consumer that notes how many clicks it tries to store at once; of more than `bearable` the database is too slow. */
function watchedConsumer() {
  const watched = { sizes: [] as number[], bearable: Number.POSITIVE_INFINITY }
  const consumer = counting.consumer({
    storePart: async (part) => {
      watched.sizes.push(part.batch.clicks.length)
      if (part.batch.clicks.length > watched.bearable) throw new Error('Query read timeout')
      return await counting.storePart(part)
    },
  })
  return { watched, consumer }
}

test('what has piled up is stored in transactions that grow, and shrink when the database is slow', async () => {
  const { watched, consumer } = watchedConsumer()
  const { sizes } = watched
  const records = recordsFrom(0, ...Array.from({ length: 6_000 }, () => click()))
  await consumer.startAt(0, noEnd)
  // Small ones, however many and quick, say nothing of large ones.
  for (let i = 0; i < 8; i++) await consumer.handle(0, records.slice(i, i + 1))
  sizes.length = 0
  expect(await consumer.handle(0, records.slice(8, 4_000))).toBe(4_000)
  expect(sizes).toEqual([500, 1_000, 2_000, 492])
  watched.bearable = 1_000
  let next = 4_000
  while (next < 6_000) {
    next = Number(await consumer.startAt(0, noEnd))
    next = await consumer.handle(0, records.slice(next)).catch(() => 0)
  }
  expect(Math.max(...sizes.slice(-2))).toBeLessThanOrEqual(1_000)
  expect(await clicksStored(counting)).toHaveLength(6_000)
})

test('batches that fail together for time are halved once', async () => {
  const { watched, consumer } = watchedConsumer()
  const { sizes } = watched
  for (const partition of [0, 1, 2]) await consumer.startAt(partition, noEnd)
  const many = Array.from({ length: 9_000 }, () => click())
  await consumer.handle(0, recordsFrom(0, ...many.slice(0, 3_600)))
  expect(sizes).toEqual([500, 1_000, 2_000, 100])
  watched.bearable = 0
  const records = recordsFrom(0, ...many.slice(3_600))
  await Promise.allSettled([1, 2].map((partition) => consumer.handle(partition, records)))
  watched.bearable = Number.POSITIVE_INFINITY
  sizes.length = 0
  await consumer.startAt(1, noEnd)
  await consumer.handle(1, records.slice(0, 3_000))
  expect(sizes[0]).toBe(2_000)
})
