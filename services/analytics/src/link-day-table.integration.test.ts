import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { sumLinkDays } from './link-day-table.ts'
import { countClicks } from './report-table.ts'
import {
  click,
  dayMs,
  linkId,
  now,
  openCounting,
  recordsFrom,
  type Counting,
} from './test-clicks.ts'

const today = Math.floor(now / dayMs) * dayMs
const from = today - 3 * dayMs
const countries = ['DE', 'FR', 'US']
let counting: Counting
let offset = 0

beforeAll(async () => {
  counting = await openCounting()
})
afterAll(async () => {
  await counting[Symbol.asyncDispose]()
})

const deliver = async (count: number, at: (i: number) => number, changes: object = {}) => {
  const clicks = Array.from({ length: count }, (_, i) =>
    click({ at: new Date(at(i)).toISOString(), country: countries[i % 3] ?? '', ...changes }),
  )
  await counting.deliver(0, recordsFrom(offset, ...clicks))
  offset += count
}
const sum = () => sumLinkDays(counting.pool, new Date(from), new Date(today))
const report = (start: number, end: number) =>
  countClicks(counting.pool, {
    ownerId: 'owner',
    linkId,
    groupBy: 'country',
    from: start,
    to: end,
    starts: [],
  })

/** By the clicks themselves. */
async function expectTruth(start = from, end = today + dayMs) {
  const { rows } = await counting.admin.query<object>(
    `select country as key, count(*) filter (where not bot) as human,
       count(*) filter (where bot) as bot, count(*) filter (where is_unique) as uniques
     from clicks where owner_id = 'owner' and link_id = $1 and at >= $2 and at < $3
     group by 1 order by count(*) desc, 1`,
    [linkId, new Date(start), new Date(end)],
  )
  expect((await report(start, end)).groups).toEqual(rows)
}

test('days that are over are summed once, those with few clicks and today never', async () => {
  const within = (day: number) => (i: number) => from + day * dayMs + ((i * 7919) % 96) * 900_000
  await deliver(1200, within(0))
  await deliver(1500, within(1), { ownerId: 'other' })
  await deliver(999, within(2))
  await deliver(1100, (i) => today + (i % 10))
  expect(await sum()).toBe(2)
  expect(await sum()).toBe(0)
  await expectTruth()
})

test('a summed day is read, and one that has changed is not, until it is summed again', async () => {
  const read = async () => (await report(from, from + dayMs)).totals.human
  expect(await read()).toBe(1200)
  // A mark that only the summed day has.
  await counting.query(
    `update link_days set human = human + 1 where owner_id = 'owner' and value = 'DE'`,
  )
  expect(await read()).toBe(1201)
  await deliver(3, () => from + 3_600_000)
  expect(await read()).toBe(1203)
  await expectTruth()
  expect(await sum()).toBe(1)
  expect(await read()).toBe(1203)
  await expectTruth()
})

test('any range, whatever came late and whatever was summed meanwhile, is what the clicks say', async () => {
  const quarter = fc.integer({ min: 0, max: 4 * 96 })
  await fc.assert(
    fc.asyncProperty(
      fc.nat(3 * 96 - 1),
      fc.boolean(),
      quarter,
      quarter,
      fc.constantFrom('sum', 'twice', 'not'),
      async (late, bot, one, other, summing) => {
        await deliver(1, () => from + late * 900_000, { bot })
        if (summing === 'sum') await sum()
        if (summing === 'twice') await Promise.all([sum(), sum(), deliver(2, () => from)])
        const [start, end] = [Math.min(one, other), Math.max(one, other) + 1]
        await expectTruth(from + start * 900_000, from + end * 900_000)
      },
    ),
    { numRuns: 40 },
  )
})
