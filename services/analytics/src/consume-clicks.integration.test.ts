import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import {
  click,
  clicksStored,
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

test('a batch is counted, and the offset to read next is behind it', async () => {
  const human = click()
  const bot = click({ bot: true, device: 'bot' })
  expect(await counting.deliver(0, recordsFrom(7, human, bot))).toBe(9)
  expect(await clicksStored(counting)).toHaveLength(2)
  const [total] = await counting.query(
    `select human, bot, uniques from rollups where dimension = 'total'`,
  )
  expect(total).toEqual({ human: 1, bot: 1, uniques: 1 })
  await expectRollupsToBeRight(counting)
})

test('delivering the whole log again changes nothing', async () => {
  const records = recordsFrom(0, click(), click(), 'garbage', click())
  await counting.deliver(0, records)
  const before = await counting.query('select * from rollups order by 1, 2, 3, 4, 5')
  await counting.query('delete from offsets')
  await counting.deliver(0, records)
  expect(await counting.query('select * from rollups order by 1, 2, 3, 4, 5')).toEqual(before)
  expect(await clicksStored(counting)).toHaveLength(3)
  expect(await deadLetters(counting)).toHaveLength(1)
  expect(counting.outcomes.at(-1)?.stored).toEqual({ counted: [], apart: [], deadLetters: [] })
})

test('a consumer that somebody has overtaken stores nothing and goes on from there', async () => {
  const zombie = counting.consumer()
  const heir = counting.consumer()
  const records = recordsFrom(0, click(), click())
  await zombie.startAt(0, noEnd)
  await heir.startAt(0, noEnd)
  expect(await heir.handle(0, records)).toBe(2)
  expect(await zombie.handle(0, records.slice(0, 1))).toBe(2)
  expect(counting.outcomes).toHaveLength(1)
  expect(await zombie.handle(0, recordsFrom(2, click()))).toBe(3)
  expect(await clicksStored(counting)).toHaveLength(3)
  await expectRollupsToBeRight(counting)
})

test('two consumers that store the same batch at once count it once', async () => {
  const consumers = [counting.consumer(), counting.consumer(), counting.consumer()]
  for (const consumer of consumers) await consumer.startAt(0, noEnd)
  const records = recordsFrom(0, ...Array.from({ length: 50 }, () => click()))
  const next = await Promise.all(consumers.map((consumer) => consumer.handle(0, records)))
  expect(next).toEqual([50, 50, 50])
  expect(counting.outcomes).toHaveLength(1)
  expect(await clicksStored(counting)).toHaveLength(50)
  await expectRollupsToBeRight(counting)
})

test('the same clicks in two partitions at once count once', async () => {
  const clicks = Array.from({ length: 40 }, (_, i) => click({ visitor: `visitor ${i % 7}` }))
  await Promise.all([
    counting.deliver(0, recordsFrom(0, ...clicks)),
    counting.deliver(1, recordsFrom(0, ...clicks.toReversed())),
    counting.deliver(2, recordsFrom(0, ...clicks)),
  ])
  expect(await clicksStored(counting)).toHaveLength(40)
  const [sum] = await counting.query(
    `select sum(human) as human, sum(uniques) as uniques from rollups where dimension = 'total'`,
  )
  expect(sum).toEqual({ human: '40', uniques: '7' })
  await expectRollupsToBeRight(counting)
})

test('the same click twice in one batch counts once', async () => {
  const twice = click()
  await counting.deliver(0, recordsFrom(0, twice, twice))
  expect(await clicksStored(counting)).toEqual([twice.id])
  expect(counting.outcomes[0]?.stored.counted).toHaveLength(1)
  await expectRollupsToBeRight(counting)
})

test.each([
  'offsets',
  'visitors',
  'clicks',
  'rollups',
  'dead_letters',
  'orphans',
  'spools',
  'heartbeats',
  'shipments',
])('a crash while writing %s loses nothing and counts nothing twice', async (table) => {
  const spool = randomUUID()
  const heartbeat = { type: 'heartbeat' as const, spool, lastSeq: 5, shippedSeq: 5, closed: false }
  const at = new Date(now).toISOString()
  const records = recordsFrom(
    0,
    click({ spool, seq: 1 }),
    'garbage',
    { type: 'dropped', spool, from: 2, to: 3, at },
    orphan({ spool, seq: 4 }),
    { ...heartbeat, at },
  )
  const consumer = counting.consumer()
  await consumer.startAt(0, noEnd)
  await counting.query(`
      create function crash() returns trigger language plpgsql as $$
        begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;
      create trigger crash after insert or update or delete on ${table}
        for each statement execute function crash()`)
  await expect(consumer.handle(0, records)).rejects.toThrow('terminat')
  expect(await clicksStored(counting)).toEqual([])
  expect(await counting.query('select next from offsets')).toEqual([{ next: null }])
  await counting.query(`drop trigger crash on ${table}`)
  expect(await counting.deliver(0, records)).toBe(5)
  expect(await clicksStored(counting)).toHaveLength(1)
  expect(await counting.query('select human, bot from orphans')).toEqual([{ human: 1, bot: 0 }])
  await expectRollupsToBeRight(counting)
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

test('batches that fail together for time are halved once', async () => {
  const sizes: number[] = []
  let isSlow = false
  const consumer = counting.consumer({
    storePart: async (part) => {
      sizes.push(part.batch.clicks.length)
      if (isSlow) throw new Error('Query read timeout')
      return await counting.storePart(part)
    },
  })
  for (const partition of [0, 1, 2]) await consumer.startAt(partition, noEnd)
  const many = Array.from({ length: 9_000 }, () => click())
  await consumer.handle(0, recordsFrom(0, ...many.slice(0, 3_600)))
  expect(sizes).toEqual([500, 1_000, 2_000, 100])
  isSlow = true
  const records = recordsFrom(0, ...many.slice(3_600))
  await Promise.allSettled([1, 2].map((partition) => consumer.handle(partition, records)))
  isSlow = false
  sizes.length = 0
  await consumer.startAt(1, noEnd)
  await consumer.handle(1, records.slice(0, 3_000))
  expect(sizes[0]).toBe(2_000)
})

test('a click is in the reports when it is stored, not when it was read', async () => {
  let time = now
  const seen: number[] = []
  const consumer = counting.consumer({
    now: () => time,
    storePart: (part) => {
      time += 7_000
      return counting.storePart(part)
    },
    stored: (_batch, _stored, at) => seen.push(at),
  })
  await consumer.startAt(0, noEnd)
  await consumer.handle(0, recordsFrom(0, click()))
  expect(seen).toEqual([now + 7_000])
})

test('a commit whose answer was lost is not done again', async () => {
  const records = recordsFrom(0, click(), click())
  const consumer = counting.consumer({
    storePart: async (part) => {
      await counting.storePart(part)
      throw new Error('Query read timeout')
    },
  })
  await consumer.startAt(0, noEnd)
  await expect(consumer.handle(0, records)).rejects.toThrow('timeout')
  expect(await consumer.startAt(0, noEnd)).toBe(2)
  expect(await clicksStored(counting)).toHaveLength(2)
})

test('a batch beyond the stored offset is a gap: counted and passed', async () => {
  await counting.deliver(0, recordsFrom(0, click()))
  expect(await counting.deliver(0, recordsFrom(10, click()))).toBe(11)
  expect(counting.gaps).toEqual(['gap'])
  expect(await clicksStored(counting)).toHaveLength(2)
})

test('the first batch of a log that is older than this consumer is no gap', async () => {
  await counting.deliver(0, recordsFrom(1000, click()))
  expect(counting.gaps).toEqual([])
})

test('a stored offset beyond the log starts at the earliest; nothing counts twice', async () => {
  const records = recordsFrom(0, click(), click())
  await counting.deliver(0, records)
  await counting.query('update offsets set next = 500')
  const consumer = counting.consumer()
  expect(await consumer.startAt(0, async () => 3)).toBe('earliest')
  expect(counting.gaps).toEqual(['beyond_end'])
  // An empty batch before anything came must not lead back beyond the end.
  expect(await consumer.handle(0, [])).toBe(0)
  expect(await consumer.handle(0, [...records, ...recordsFrom(2, click())])).toBe(3)
  expect(await clicksStored(counting)).toHaveLength(3)
  expect(counting.gaps).toEqual(['beyond_end'])
})

test('offsets of another cluster are its own', async () => {
  await counting.deliver(0, recordsFrom(0, click()))
  const other = counting.consumer({ cluster: async () => 'other' })
  expect(await other.startAt(0, noEnd)).toBe('earliest')
})

test('full batches of new visitors on new links are stored within the deadline of a statement', async () => {
  const consumer = counting.consumer()
  await consumer.startAt(0, noEnd)
  // Enough of them for the server to settle on a plan that knows nothing of the values.
  for (let batch = 0; batch < 8; batch++) {
    const clicks = Array.from({ length: 500 }, () => click({ linkId: randomUUID() }))
    await consumer.handle(0, recordsFrom(batch * 500, ...clicks))
  }
  expect(await clicksStored(counting)).toHaveLength(4000)
})

test('what has piled up is stored in transactions that grow, and shrink when the database is slow', async () => {
  const sizes: number[] = []
  let slow = false
  const consumer = counting.consumer({
    storePart: async (part) => {
      sizes.push(part.batch.clicks.length)
      if (slow && part.batch.clicks.length > 1_000) throw new Error('Query read timeout')
      return await counting.storePart(part)
    },
  })
  const records = recordsFrom(0, ...Array.from({ length: 6_000 }, () => click()))
  await consumer.startAt(0, noEnd)
  // Small ones, however many and quick, say nothing of large ones.
  for (let i = 0; i < 8; i++) await consumer.handle(0, records.slice(i, i + 1))
  sizes.length = 0
  expect(await consumer.handle(0, records.slice(8, 4_000))).toBe(4_000)
  expect(sizes).toEqual([500, 1_000, 2_000, 492])
  slow = true
  let next = 4_000
  while (next < 6_000) {
    next = Number(await consumer.startAt(0, noEnd))
    next = await consumer.handle(0, records.slice(next)).catch(() => 0)
  }
  expect(Math.max(...sizes.slice(-2))).toBeLessThanOrEqual(1_000)
  expect(await clicksStored(counting)).toHaveLength(6_000)
})
