// Whatever is delivered, however often and to however many consumers: the rollups are what a recount finds, each
// click is there once, and dataThrough promises nothing that is missing.
import { expect, test } from '@jest/globals'
import type { LogRecord } from '@sleepwell/click-log/click-log'
import type { ClickRecord } from '@sleepwell/contracts/click'
import fc from 'fast-check'
import { dataThrough } from './spool-table.ts'
import {
  click,
  encode,
  noEnd,
  now,
  openCounting,
  recount,
  rollups,
  uuidv7At,
  type Counting,
} from './test-clicks.ts'

const partitions = 3
const startedAt = now - 3_000_000
const spoolId = (n: number) => `00000000-0000-4000-8000-00000000000${n}`
const links = [1, 2, 3].map((n) => `00000000-0000-4000-8000-00000000001${n}`)

interface Plan {
  readonly spool: number
  readonly link: number
  readonly visitor: number
  readonly bot: boolean
  readonly minute: number
  readonly kept: 'click' | 'twice' | 'dropped' | 'garbage'
  readonly partition: number
}

const plan: fc.Arbitrary<Plan> = fc.record({
  spool: fc.nat(1),
  link: fc.nat(2),
  visitor: fc.nat(3),
  bot: fc.boolean(),
  minute: fc.nat(40),
  kept: fc.constantFrom('click', 'click', 'click', 'twice', 'dropped', 'garbage'),
  partition: fc.nat(partitions - 1),
})

/** Where a reader begins again, and how much it reads before somebody else does. */
const delivery = fc.record({
  partition: fc.nat(partitions - 1),
  size: fc.integer({ min: 1, max: 8 }),
  rewind: fc.nat(4),
  zombie: fc.boolean(),
})

function writeLog(plans: readonly Plan[]) {
  const logs: LogRecord[][] = Array.from({ length: partitions }, () => [])
  const write = (partition: number, record: ClickRecord | string) => {
    const log = logs[partition % partitions]
    log?.push({ offset: log.length, value: encode(record) })
  }
  const numbers = [0, 0]
  const ids = new Map<string, { readonly spool: number; readonly seq: number }>()
  plans.forEach(({ spool, link, visitor, bot, minute, kept, partition }, i) => {
    const seq = (numbers[spool] = (numbers[spool] ?? 0) + 1)
    const at = new Date(startedAt + minute * 60_000).toISOString()
    const record = click({
      id: uuidv7At(Date.parse(at)),
      spool: spoolId(spool),
      seq,
      at,
      bot,
      visitor: `visitor ${visitor}`,
      linkId: links[link] ?? '',
    })
    if (kept === 'dropped')
      write(partition, { type: 'dropped', spool: spoolId(spool), from: seq, to: seq, at })
    else if (kept === 'garbage') write(partition, JSON.stringify({ ...record, device: 'toaster' }))
    else {
      ids.set(record.id, { spool, seq })
      write(partition, record)
      if (kept === 'twice') write(partition + 1, record)
    }
    // The time in a heartbeat is its number, so that the promise can be told from it.
    const heartbeatAt = new Date(startedAt + seq * 1000).toISOString()
    if (i % 2 === 0)
      write(partition + 2, {
        type: 'heartbeat',
        spool: spoolId(spool),
        lastSeq: seq,
        shippedSeq: seq,
        at: heartbeatAt,
        closed: false,
      })
  })
  return { logs, ids }
}

async function expectHonesty(counting: Counting, written: ReturnType<typeof writeLog>) {
  expect(await counting.query(rollups)).toEqual(await counting.query(recount))
  const stored = await counting.query<{ id: string }>('select id from clicks')
  const ids = new Set(stored.map(({ id }) => id))
  expect(ids.size).toBe(stored.length)
  const spools = await counting.query<{ spool: string; at: Date | null }>(
    'select spool, through_at as at from spools',
  )
  for (const { spool, at } of spools) {
    const promised = at === null ? 0 : (at.getTime() - startedAt) / 1000
    for (const [id, of] of written.ids)
      if (spoolId(of.spool) === spool && of.seq <= promised) expect(ids).toContain(id)
  }
}

test('rollups are what a recount of the clicks finds, after any deliveries', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(plan, { minLength: 12, maxLength: 40 }),
      fc.array(delivery, { minLength: 3, maxLength: 12 }),
      async (plans, deliveries) => {
        await using counting = await openCounting()
        const written = writeLog(plans)
        const zombies = Array.from({ length: partitions }, () => counting.consumer())
        for (const [partition, zombie] of zombies.entries()) await zombie.startAt(partition, noEnd)
        await Promise.all(
          Array.from({ length: partitions }, async (_, partition) => {
            const log = written.logs[partition] ?? []
            for (const each of deliveries.filter((one) => one.partition === partition)) {
              const reader = each.zombie ? zombies[partition] : counting.consumer()
              const start = each.zombie ? 0 : await reader?.startAt(partition, noEnd)
              const from = Math.max(0, (start === 'earliest' ? 0 : (start ?? 0)) - each.rewind)
              await reader?.handle(partition, log.slice(from, from + each.size))
            }
          }),
        )
        await expectHonesty(counting, written)
        await counting.query('update offsets set next = null')
        for (const [partition, log] of written.logs.entries())
          await counting.deliver(partition, log)
        await expectHonesty(counting, written)
        const stored = await counting.query<{ id: string }>('select id from clicks')
        expect(stored.map(({ id }) => id).sort()).toEqual([...written.ids.keys()].sort())
        const uniques = await counting.query(
          `select distinct link_id, at::date from clicks where not bot`,
        )
        const flagged = await counting.query('select from clicks where is_unique')
        expect(flagged.length).toBeGreaterThanOrEqual(uniques.length)
        expect(await counting.query('select from visitors')).toHaveLength(flagged.length)
        expect((await counting.query<{ at: Date }>(dataThrough))[0]?.at).toBeInstanceOf(Date)
      },
    ),
    { numRuns: 25 },
  )
}, 120_000)
