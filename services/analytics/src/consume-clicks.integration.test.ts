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
