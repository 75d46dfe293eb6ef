import { expect, test } from '@jest/globals'
import { makeDays } from './click-table.ts'
import { keepDays } from './retention.ts'
import { click, dayMs, openCounting, recordsFrom, type Counting } from './test-clicks.ts'

const day = (time: number) => new Date(time).toISOString().slice(0, 10)
const today = Date.now()

const daysOf = async (counting: Counting, table: string) =>
  (
    await counting.query<{ name: string }>(
      `select inhrelid::regclass::text as name from pg_inherits
       where inhparent = '${table}'::regclass order by 1`,
    )
  ).map(({ name }) => name)
const nameOf = (table: string, time: number) => `${table}_${day(time).replaceAll('-', '')}`

test('days are kept for as long as they are needed, and the next is there before it comes', async () => {
  await using counting = await openCounting()
  await makeDays(
    counting.pool,
    [40, 32, 31, 30, 5, 4, 3].map((ago) => day(today - ago * dayMs)),
  )
  await keepDays(counting.pool, 30, 48, today)
  const kept = (table: string, ...ago: number[]) =>
    ago.map((days) => nameOf(table, today - days * dayMs))
  expect(await daysOf(counting, 'clicks')).toEqual(kept('clicks', 31, 30, 5, 4, 3, 0, -1))
  expect(await daysOf(counting, 'visitors')).toEqual(kept('visitors', 4, 3, 0, -1))
})

test('several may make the same days at once', async () => {
  await using counting = await openCounting()
  const days = [0, 1, 2].map((ago) => day(today - ago * dayMs))
  await Promise.all([1, 2, 3, 4].map(() => makeDays(counting.pool, days)))
  expect(await daysOf(counting, 'clicks')).toHaveLength(3)
})

test('a day begins and ends at midnight UTC, whatever the zone of the session', async () => {
  await using counting = await openCounting()
  await counting.pool.query(`set timezone = 'Pacific/Auckland'; set datestyle = 'German'`)
  const midnight = Math.floor(today / dayMs) * dayMs
  const at = [midnight - 1, midnight, midnight + dayMs - 1].map((time) =>
    new Date(time).toISOString(),
  )
  await makeDays(counting.pool, [day(midnight)])
  await counting.deliver(0, recordsFrom(0, ...at.map((each) => click({ at: each }))))
  const stored = await counting.query<{ name: string }>(
    'select tableoid::regclass::text as name from clicks order by at',
  )
  expect(stored.map(({ name }) => name)).toEqual(
    [midnight - 1, midnight, midnight].map((time) => nameOf('clicks', time)),
  )
})

test('the role analytics can drop no recent day, and no other table', async () => {
  await using counting = await openCounting()
  await makeDays(counting.pool, [day(today), day(today - 3 * dayMs)])
  await counting.pool.query(`select drop_days('clicks', 'infinity')`)
  expect(await daysOf(counting, 'clicks')).toHaveLength(2)
  const attempts = [
    `select drop_days('rollups', current_date)`,
    'drop table clicks',
    'delete from clicks',
    'delete from rollups',
    'create table mine ()',
    `update clicks set bot = true`,
  ]
  for (const attempt of attempts)
    await expect(counting.pool.query(attempt)).rejects.toThrow(
      /permission denied|must be owner|not partitioned/u,
    )
})

test('orphans go with the clicks of their day, and one thing that fails keeps no other from being done', async () => {
  await using counting = await openCounting()
  await makeDays(counting.pool, [day(today - 40 * dayMs), day(today - 10 * dayMs)])
  await counting.query(`
    insert into orphans
    select day::date, '@', 'x', 1, 0, now() from unnest(array[
      '${day(today - 32 * dayMs)}', '${day(today - 31 * dayMs)}']) as day`)
  const reader = await counting.admin.connect()
  await reader.query(`begin; select from clicks_${day(today - 40 * dayMs).replaceAll('-', '')}`)
  await expect(keepDays(counting.pool, 30, 48, today)).rejects.toThrow('days could not be kept')
  expect(await counting.query('select day::text from orphans')).toEqual([
    { day: day(today - 31 * dayMs) },
  ])
  expect(await daysOf(counting, 'visitors')).not.toContain(nameOf('visitors', today - 10 * dayMs))
  await reader.query('rollback')
  reader.release()
  await keepDays(counting.pool, 30, 48, today)
  expect(await daysOf(counting, 'clicks')).not.toContain(nameOf('clicks', today - 40 * dayMs))
})
