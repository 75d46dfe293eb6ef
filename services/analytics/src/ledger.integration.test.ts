import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { SpoolHeartbeat } from '@sleepwell/contracts/click'
import { Ledger } from '@sleepwell/contracts/ledger'
import { probeLink } from '@sleepwell/contracts/probe-link'
import { findBooks } from './ledger-table.ts'
import { createLedger } from './ledger.ts'
import { click, now, openCounting, orphan, recordsFrom, type Counting } from './test-clicks.ts'

let counting: Counting
beforeEach(async () => {
  counting = await openCounting()
})
afterEach(async () => {
  await counting[Symbol.asyncDispose]()
})

const spool = randomUUID()
const at = new Date(now).toISOString()
const numbered = (seq: number) => click({ spool, seq })

function heartbeat(lastSeq: number, shippedSeq = lastSeq, closed = false): SpoolHeartbeat {
  return { type: 'heartbeat', spool, lastSeq, shippedSeq, at, closed }
}

async function ledger(): Promise<Ledger> {
  const found = await createLedger((settle) => findBooks(counting.pool, settle))()
  const { served, counted, inFlight, deadLettered, dropped, lost } = found.totals
  expect(counted + inFlight + deadLettered + dropped + lost).toBe(served)
  return Ledger.parse(found)
}

/** As if everything had been heard so much earlier. */
async function later(time: string): Promise<void> {
  await counting.query(`update shipments set heard_at = heard_at - interval '${time}'`)
  await counting.query(`update spools set heard_at = heard_at - interval '${time}'`)
}

const none = { deadLettered: 0, dropped: 0, lost: 0, difference: 0, duplicates: 0 }

test('before anything was heard the books are empty', async () => {
  const { totals, spools, dataThrough } = await ledger()
  expect(totals).toEqual({ ...none, served: 0, counted: 0, inFlight: 0 })
  expect({ spools, dataThrough }).toEqual({ spools: [], dataThrough: null })
})

test('every number is in one account', async () => {
  const late = click({ spool, seq: 3, at: new Date(now - 90 * 86_400_000).toISOString() })
  const dropped = { type: 'dropped' as const, spool, from: 4, to: 6, at }
  const records = [numbered(1), numbered(2), late, dropped, orphan({ spool, seq: 7 })]
  await counting.deliver(0, recordsFrom(0, ...records, heartbeat(9, 7)))
  const { totals, spools } = await ledger()
  const accounts = { ...none, served: 9, counted: 3, inFlight: 2, deadLettered: 1, dropped: 3 }
  expect(totals).toEqual(accounts)
  expect(spools).toMatchObject([{ ...accounts, spool, closed: false, missing: [] }])
})

test('a click that vanished is named by spool and number once it has been on the log long enough', async () => {
  await counting.deliver(0, recordsFrom(0, numbered(1), numbered(4), heartbeat(5, 4)))
  expect((await ledger()).totals).toMatchObject({ inFlight: 3, difference: 0 })
  await later('5 minutes')
  expect((await ledger()).totals.difference).toBe(0)
  await later('6 minutes')
  const { totals, spools } = await ledger()
  expect(totals).toEqual({ ...none, served: 5, counted: 2, inFlight: 3, difference: 2 })
  expect(spools).toMatchObject([{ spool, difference: 2, missing: [{ from: 2, to: 3 }] }])
  // It was only late.
  await counting.deliver(1, recordsFrom(0, numbered(2), numbered(3)))
  expect((await ledger()).totals).toMatchObject({ counted: 4, inFlight: 1, difference: 0 })
  expect(await counting.query('select from shipments')).toHaveLength(0)
})

test('what is missing for days takes no more room each minute', async () => {
  await counting.deliver(0, recordsFrom(0, numbered(2), heartbeat(2)))
  for (let minute = 1; minute <= 30; minute++) {
    await later('1 minute')
    await counting.deliver(0, recordsFrom(minute + 1, heartbeat(2 + minute)))
  }
  const kept = await counting.query('select from shipments')
  expect(kept.length).toBeLessThan(15)
  expect((await ledger()).totals.difference).toBeGreaterThan(10)
})

test('a closed spool whose disk had less than it once said has lost the rest', async () => {
  await counting.deliver(0, recordsFrom(0, numbered(1), numbered(2), heartbeat(5, 1)))
  expect((await ledger()).totals).toMatchObject({ inFlight: 3, lost: 0 })
  await counting.deliver(0, recordsFrom(3, heartbeat(3, 3, true)))
  const { totals, spools } = await ledger()
  expect(totals).toEqual({ ...none, served: 5, counted: 2, inFlight: 1, lost: 2 })
  expect(spools).toMatchObject([{ closed: true, missing: [{ from: 4, to: 5 }] }])
})

test('a spool that is silent for a day while others speak has lost what is in flight, until it ships', async () => {
  await counting.deliver(0, recordsFrom(0, numbered(1), heartbeat(4, 1)))
  await later('25 hours')
  expect((await ledger()).totals).toMatchObject({ inFlight: 3, lost: 0 })
  const other = { ...heartbeat(0), spool: randomUUID() }
  await counting.deliver(0, recordsFrom(2, other))
  expect((await ledger()).totals).toMatchObject({ inFlight: 0, lost: 3 })
  await counting.deliver(0, recordsFrom(3, numbered(2)))
  expect((await ledger()).totals).toMatchObject({ counted: 2, inFlight: 2, lost: 0 })
})

test('whatever comes again is a duplicate and nothing else', async () => {
  const probe = click({ spool, seq: 3, linkId: probeLink.id })
  const letter = '{"type":"click","id":"x"}'
  const records = recordsFrom(
    0,
    numbered(1),
    orphan({ spool, seq: 2 }),
    probe,
    letter,
    heartbeat(3),
  )
  await counting.deliver(0, records)
  const before = await ledger()
  await counting.deliver(1, records)
  await counting.deliver(2, records)
  const { totals } = await ledger()
  expect(totals).toEqual({ ...before.totals, duplicates: 6 })
  expect(totals).toMatchObject({ served: 3, counted: 3 })
  expect(await counting.query('select human, bot from orphans')).toEqual([{ human: 1, bot: 0 }])
})

test('clicks on the probe link are counted apart, whatever the request looked like', async () => {
  const probes = [1, 2].map((seq) => click({ spool, seq, linkId: probeLink.id, bot: seq === 1 }))
  await counting.deliver(0, recordsFrom(0, ...probes, numbered(3)))
  expect((await ledger()).totals.counted).toBe(3)
  expect(await counting.query('select seq from clicks')).toEqual([{ seq: 3 }])
  expect(
    await counting.query('select from rollups where link_id = $$' + probeLink.id + '$$'),
  ).toEqual([])
})

test('two consumers that count the same orphan at once count it once', async () => {
  const records = Array.from({ length: 20 }, (_, i) => orphan({ spool, seq: i + 1 }))
  await Promise.all(
    [0, 1, 2, 3].map((partition) => counting.deliver(partition, recordsFrom(0, ...records))),
  )
  expect(await counting.query('select human, bot from orphans')).toEqual([{ human: 20, bot: 0 }])
  expect((await ledger()).totals).toMatchObject({ counted: 20, duplicates: 60 })
})

test('slugs beyond the most that are told apart in a day are counted together', async () => {
  await counting.query(`
    insert into orphans select '${at.slice(0, 10)}', '@', 'known' || n, 1, 0, now() from generate_series(1, 9999) n`)
  const slugs = ['known7', 'new1', 'new2', 'new3', 'new1']
  const records = slugs.map((slug, i) => orphan({ spool, seq: i + 1, slug }))
  await counting.deliver(0, recordsFrom(0, ...records))
  expect(
    await counting.query(
      `select slug, human from orphans where slug in ('known7', '') or slug like 'new%' order by slug collate "C"`,
    ),
  ).toEqual([
    { slug: '', human: 2 },
    { slug: 'known7', human: 2 },
    { slug: 'new1', human: 2 },
  ])
})
