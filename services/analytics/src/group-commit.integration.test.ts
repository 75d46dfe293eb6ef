import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import {
  click,
  clicksStored,
  dayMs,
  deadLetters,
  expectRollupsToBeRight,
  noEnd,
  now,
  openCounting,
  orphan,
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

test('partitions that are read at once are counted in one transaction, each click once', async () => {
  const consumer = counting.consumer()
  for (const partition of [0, 1, 2]) await consumer.startAt(partition, noEnd)
  const again = click()
  const shared = { linkId: randomUUID(), visitor: randomUUID() }
  // While the first is under way the others gather.
  const ends = await Promise.all([
    consumer.handle(0, recordsFrom(0, again, click(shared))),
    consumer.handle(1, recordsFrom(0, click(shared), 'garbage', again)),
    consumer.handle(2, recordsFrom(0, again, click(shared), 'garbage', orphan())),
  ])
  expect(ends).toEqual([2, 3, 4])
  expect(await clicksStored(counting)).toHaveLength(4)
  expect(await deadLetters(counting)).toHaveLength(2)
  expect(await counting.query('select human from orphans')).toEqual([{ human: 1 }])
  expect(await transactions()).toBe(2)
  expect(counting.outcomes.map(({ stored }) => stored.counted.length)).toEqual([2, 1, 1])
  await expectRollupsToBeRight(counting)
})

test('a partition that somebody has taken over leaves the offsets of the others where they were', async () => {
  const consumer = counting.consumer()
  for (const partition of [0, 1, 2]) await consumer.startAt(partition, noEnd)
  await counting.deliver(2, recordsFrom(0, click()))
  const ends = await Promise.all([
    consumer.handle(0, recordsFrom(0, click())),
    consumer.handle(1, recordsFrom(0, click(), click())),
    consumer.handle(2, recordsFrom(0, click(), click(), click())),
  ])
  expect(ends).toEqual([1, 2, 1])
  expect(await clicksStored(counting)).toHaveLength(4)
  expect(await counting.query('select next from offsets order by partition')).toEqual([
    { next: 1 },
    { next: 2 },
    { next: 1 },
  ])
  await expectRollupsToBeRight(counting)
})

/** How many have stored clicks. */
async function transactions(): Promise<number | undefined> {
  const [row] = await counting.query<{ count: number }>(
    'select count(distinct xmin::text) as count from clicks',
  )
  return row?.count
}

test('what the database refuses of one partition is set aside there, and nothing of those stored beside it', async () => {
  await counting.query(`alter table clicks add constraint cursed check (browser <> 'cursed')`)
  const consumer = counting.consumer()
  const clicks = (cursedAt?: number) =>
    Array.from({ length: 9 }, (_, i) => click(i === cursedAt ? { browser: 'cursed' } : {}))
  for (const partition of [0, 1, 2, 3]) await consumer.startAt(partition, noEnd)
  const ends = await Promise.all(
    [0, 1, 2, 3].map((partition) =>
      consumer.handle(partition, recordsFrom(5, ...clicks(partition === 2 ? 4 : undefined))),
    ),
  )
  expect(ends).toEqual([14, 14, 14, 14])
  expect(await clicksStored(counting)).toHaveLength(35)
  expect(await counting.query('select partition, "offset" from dead_letters')).toEqual([
    { partition: 2, offset: 9 },
  ])
  await expectRollupsToBeRight(counting)
})

test('records of two logs at the same place are told apart', async () => {
  const late = click({ at: new Date(now - 31 * dayMs).toISOString() })
  await counting.deliver(1, recordsFrom(0, late))
  const { storePart } = counting
  const here = counting.consumer({ storePart })
  const there = counting.consumer({ storePart, cluster: async () => 'other' })
  for (const partition of [0, 2]) await here.startAt(partition, noEnd)
  await there.startAt(0, noEnd)
  counting.outcomes.length = 0
  await Promise.all([
    here.handle(2, recordsFrom(0, click())),
    here.handle(0, recordsFrom(5, 'garbage')),
    there.handle(0, recordsFrom(5, late)),
  ])
  expect(counting.outcomes.map(({ stored }) => stored.deadLetters.length)).toEqual([0, 1, 0])
  expect(await deadLetters(counting)).toHaveLength(2)
})
