import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { countRawClicks } from './raw-report-table.ts'
import { dayMs, type Counting } from './test-clicks.ts'
import { counts, now, openReports, type Reports } from './test-reports.ts'

let counting: Counting
let report: Reports['report']
let reports: Reports

beforeAll(async () => {
  reports = await openReports()
  ;({ counting, report } = reports)
})

afterAll(async () => await reports[Symbol.asyncDispose]())

test('a range of which clicks are no longer there is refused, if they are needed', async () => {
  const asked = { from: '2026-03-27T00:00:00Z', 'filter[os]': 'Linux' }
  await counting.query('alter table clicks_20260328 rename to gone')
  try {
    await expect(report(asked)).rejects.toThrow('not_kept')
    await expect(report({ ...asked, groupBy: 'link' }, 'stranger')).resolves.toBeDefined()
    expect((await report({ from: asked.from })).totals.total).toBe(5)
    const later = await report({ ...asked, from: '2026-03-29T00:00:00Z' })
    expect(later.totals.total).toBe(4)
  } finally {
    await counting.query('alter table gone rename to clicks_20260328')
  }
})

test('too many clicks to look at are no report that hangs', async () => {
  const query = { ownerId: 'owner', linkId: undefined, groupBy: 'total', filter: {} } as const
  const range = { from: now - dayMs, to: now, starts: [] }
  const client = await counting.admin.connect()
  try {
    await client.query('begin')
    await client.query('lock table clicks in access exclusive mode')
    expect(await countRawClicks(counting.pool, { ...query, ...range }, 50)).toBe('too_slow')
  } finally {
    await client.query('rollback')
    client.release()
  }
  expect(await countRawClicks(counting.pool, { ...query, ...range }, 10_000)).toMatchObject({
    totals: { human: 1 },
  })
})

test('a report on the past says that it is whole, and stays as it is while time goes on', async () => {
  const past = { from: '2026-03-29T00:00:00Z', to: '2026-03-30T00:00:00Z' }
  const before = await report(past)
  expect(before.dataThrough).toBe('2026-03-30T00:00:00.000Z')
  await counting.query(`update spools set through_at = through_at + interval '1 second'`)
  expect(await report(past)).toEqual(before)
  expect((await report({})).dataThrough).not.toBe(before.dataThrough)
})

test('values beyond the ten thousand with the most clicks are one sum', async () => {
  await counting.query(`
    insert into owner_rollups (owner_id, dimension, unit, bucket, value, human, bot, uniques)
    select 'popular', 'referrer', 'quarter', '2026-03-29T10:00:00Z', 'host-' || n, n, 2, 1
    from generate_series(1, 10003) as n`)
  const past = { from: '2026-03-29T00:00:00Z', to: '2026-03-29T12:00:00Z', groupBy: 'referrer' }
  const { rows, others, totals } = await report(past, 'popular')
  expect(rows).toHaveLength(10_000)
  expect(rows.at(-1)).toEqual({ key: 'host-4', ...counts(6, 2, 1) })
  expect(others).toEqual(counts(12, 6, 3))
  expect(totals.human).toBe((10_003 * 10_004) / 2)
  await counting.query(`delete from owner_rollups where value in ('host-1', 'host-2', 'host-3')`)
  expect(await report(past, 'popular')).not.toHaveProperty('others')
})
