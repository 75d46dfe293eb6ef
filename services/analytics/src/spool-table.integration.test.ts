import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { SpoolHeartbeat } from '@sleepwell/contracts/click'
import { dataThrough, deleteSpools } from './spool-table.ts'
import { click, now, openCounting, recordsFrom, type Counting } from './test-clicks.ts'

let counting: Counting
beforeEach(async () => {
  counting = await openCounting()
})
afterEach(async () => {
  await counting[Symbol.asyncDispose]()
})

const spool = randomUUID()
const time = (second: number) => new Date(now - 3_600_000 + second * 1000).toISOString()

function heartbeat(lastSeq: number, second: number, changes: Partial<SpoolHeartbeat> = {}) {
  const shippedSeq = lastSeq
  const at = time(second)
  return { type: 'heartbeat', spool, lastSeq, shippedSeq, at, closed: false, ...changes } as const
}

const clickNumber = (seq: number, of = spool) => click({ spool: of, seq, at: time(seq) })

async function through(): Promise<string | null> {
  const [row] = await counting.query<{ at: Date | null }>(dataThrough)
  return row?.at?.toISOString() ?? null
}

test('nothing is said while no spool was heard of', async () => {
  expect(await through()).toBeNull()
})

test('a heartbeat without clicks is as good as any', async () => {
  await counting.deliver(0, recordsFrom(0, heartbeat(0, 5)))
  expect(await through()).toBe(time(5))
})

test('a heartbeat counts once all its numbers are there, however late their partition is', async () => {
  await counting.deliver(0, recordsFrom(0, clickNumber(1), heartbeat(1, 10)))
  await counting.deliver(0, recordsFrom(2, clickNumber(3), heartbeat(3, 20), heartbeat(4, 30)))
  // Three numbers of four are there, but not 2.
  await counting.deliver(0, recordsFrom(5, clickNumber(4)))
  expect(await through()).toBe(time(10))
  await counting.deliver(1, recordsFrom(0, clickNumber(2)))
  expect(await through()).toBe(time(30))
  expect(await counting.query('select from heartbeats')).toHaveLength(0)
})

test('a duplicate stands for no other number', async () => {
  const first = clickNumber(1)
  await counting.deliver(0, recordsFrom(0, first, first, heartbeat(2, 10)))
  await counting.deliver(1, recordsFrom(0, first))
  expect(await through()).toBe(time(1))
  await counting.deliver(1, recordsFrom(1, clickNumber(2)))
  expect(await through()).toBe(time(10))
})

test('dropped and dead-lettered numbers are accounted for', async () => {
  const broken = JSON.stringify({ ...clickNumber(4), country: 7 })
  await counting.deliver(
    0,
    recordsFrom(0, clickNumber(1), heartbeat(4, 10), broken, {
      type: 'dropped',
      spool,
      from: 2,
      to: 3,
      at: time(4),
    }),
  )
  expect(await through()).toBe(time(10))
})

test('a record of which not even the number can be read holds its spool back', async () => {
  await counting.deliver(0, recordsFrom(0, clickNumber(1), 'was number 2', heartbeat(2, 10)))
  expect(await through()).toBe(time(1))
})

test('a spool without a satisfied heartbeat counts from when it was first heard of', async () => {
  await counting.deliver(0, recordsFrom(0, heartbeat(0, 50), clickNumber(8, randomUUID())))
  expect(await through()).toBe(time(8))
})

test('the slowest spool decides', async () => {
  const other = randomUUID()
  await counting.deliver(0, recordsFrom(0, heartbeat(0, 50), heartbeat(0, 20, { spool: other })))
  expect(await through()).toBe(time(20))
})

test('a killed spool holds back until its next life has closed it and all its numbers are there', async () => {
  const killed = randomUUID()
  await counting.deliver(
    0,
    recordsFrom(0, clickNumber(1, killed), heartbeat(1, 10, { spool: killed }), heartbeat(0, 90)),
  )
  expect(await through()).toBe(time(10))
  await counting.deliver(0, recordsFrom(3, heartbeat(2, 80, { spool: killed, closed: true })))
  expect(await through()).toBe(time(10))
  await counting.deliver(1, recordsFrom(0, clickNumber(2, killed)))
  expect(await through()).toBe(time(90))
})

test('when all spools are closed and complete, the newest of their heartbeats counts', async () => {
  await counting.deliver(
    0,
    recordsFrom(
      0,
      heartbeat(0, 10, { closed: true }),
      heartbeat(0, 20, { spool: randomUUID(), closed: true }),
    ),
  )
  expect(await through()).toBe(time(20))
})

test('a spool that was silent for a day while others spoke holds nothing back', async () => {
  await counting.deliver(0, recordsFrom(0, clickNumber(5), heartbeat(5, 10)))
  await counting.query(`update spools set heard_at = now() - interval '23 hours'`)
  await counting.deliver(0, recordsFrom(2, heartbeat(0, 60, { spool: randomUUID() })))
  expect(await through()).toBe(time(5))
  await counting.query(
    `update spools set heard_at = now() - interval '25 hours' where spool = '${spool}'`,
  )
  expect(await through()).toBe(time(60))
})

test('a consumer that was away for a day does not give its spools up', async () => {
  await counting.deliver(
    0,
    recordsFrom(0, clickNumber(5), heartbeat(5, 10), heartbeat(0, 60, { spool: randomUUID() })),
  )
  await counting.query(`update spools set heard_at = now() - interval '30 hours'`)
  expect(await through()).toBe(time(5))
})

test('heartbeats that come in another order never move it back', async () => {
  await counting.deliver(0, recordsFrom(0, heartbeat(0, 30), heartbeat(0, 10)))
  await counting.deliver(1, recordsFrom(0, heartbeat(0, 20)))
  expect(await through()).toBe(time(30))
})

test('what a closed spool has lost holds nothing back: it is in the ledger', async () => {
  await counting.deliver(0, recordsFrom(0, clickNumber(1), heartbeat(3, 10, { shippedSeq: 1 })))
  const other = { spool: randomUUID() }
  await counting.deliver(0, recordsFrom(2, heartbeat(0, 90, other)))
  expect(await through()).toBe(time(1))
  await counting.deliver(0, recordsFrom(3, heartbeat(1, 20, { closed: true })))
  expect(await through()).toBe(time(90))
})

test('a spool that is read again from long ago was not heard of just now', async () => {
  await counting.deliver(0, recordsFrom(0, heartbeat(0, 90, { spool: randomUUID() })))
  const longAgo = new Date(now - 3 * 86_400_000).toISOString()
  const old = { spool, seq: 2, at: longAgo }
  await counting.deliver(0, recordsFrom(1, click(old), { ...heartbeat(2, 0), at: longAgo }))
  expect(await through()).toBe(time(90))
})

test('a spool is forgotten only when it has ended and nothing that it shipped is missing', async () => {
  const whole = randomUUID()
  const open = randomUUID()
  await counting.deliver(
    0,
    recordsFrom(
      0,
      clickNumber(2),
      heartbeat(2, 10, { closed: true }),
      heartbeat(0, 10, { spool: whole, closed: true }),
      heartbeat(0, 10, { spool: open }),
    ),
  )
  await counting.query(`update spools set heard_at = heard_at - interval '40 days'`)
  await counting.deliver(0, recordsFrom(4, heartbeat(0, 60, { spool: randomUUID() })))
  await deleteSpools(counting.pool, 30)
  const left = await counting.query<{ spool: string }>('select spool from spools')
  expect(left.map((row) => row.spool)).toEqual(expect.arrayContaining([spool, open]))
  expect(left).toHaveLength(3)
})
