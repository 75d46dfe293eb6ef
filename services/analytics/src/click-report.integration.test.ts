import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { countingPolicyVersion } from '@sleepwell/contracts/click'
import { reportGroups } from '@sleepwell/contracts/report'
import { dayMs, linkId } from './test-clicks.ts'
import { counts, foreignLink, now, openReports, otherLink, type Reports } from './test-reports.ts'

let report: Reports['report']
let reports: Reports

beforeAll(async () => {
  reports = await openReports()
  report = reports.report
})

afterAll(async () => await reports[Symbol.asyncDispose]())

test('the last seven days of all links of the owner, unless something else is asked', async () => {
  const found = await report({})
  expect(found).toEqual({
    dataThrough: '2026-03-30T11:59:59.000Z',
    policyVersion: countingPolicyVersion,
    from: new Date(now - 7 * dayMs).toISOString(),
    to: new Date(now).toISOString(),
    timezone: 'UTC',
    groupBy: 'total',
    totals: counts(5, 1, 4),
    rows: [{ key: 'total', ...counts(5, 1, 4) }],
  })
})

test('one link alone', async () => {
  expect((await report({ linkId: otherLink })).totals).toEqual(counts(1, 0, 1))
  expect((await report({ linkId: otherLink.toUpperCase() })).totals).toEqual(counts(1, 0, 1))
})

test('another owner’s link is not found, and his clicks are in no report', async () => {
  await expect(report({ linkId: foreignLink })).rejects.toThrow('link_not_found')
  await expect(report({ linkId: randomUUID() })).rejects.toThrow('link_not_found')
  await expect(report({ linkId: "' or true --" })).rejects.toThrow('link_not_found')
  const rows = (await report({ groupBy: 'link' })).rows.map(({ key }) => key)
  expect(rows).toEqual([linkId, otherLink])
  expect((await report({ groupBy: 'link' }, 'stranger')).rows.map(({ key }) => key)).toEqual([
    foreignLink,
  ])
})

test('an owner without clicks has zeros', async () => {
  const found = await report({}, 'nobody')
  expect(found.totals).toEqual(counts(0, 0, 0))
  expect(found.rows).toEqual([{ key: 'total', ...counts(0, 0, 0) }])
  expect((await report({ groupBy: 'country' }, 'nobody')).rows).toEqual([])
})

test('the values of a dimension come with the most clicks first, then by name', async () => {
  const { rows } = await report({ groupBy: 'country' })
  expect(rows).toEqual([
    { key: 'DE', ...counts(3, 0, 3) },
    { key: 'NP', ...counts(1, 0, 1) },
    { key: 'US', ...counts(1, 1, 0) },
  ])
  expect((await report({ groupBy: 'referrer' })).rows.map(({ key }) => key)).toEqual([
    'direct',
    'example.com',
  ])
})

test('days of a zone, with empty ones, across a change of clocks', async () => {
  const from = '2026-03-27T23:00:00Z'
  const { rows } = await report({ groupBy: 'day', from, timezone: 'Europe/Berlin' })
  expect(rows).toEqual([
    { key: '2026-03-28T00:00:00+01:00', ...counts(0, 0, 0) },
    // 23:10Z is already the 29th there, and 22:05Z the 30th; unique goes by the day in UTC all the same.
    { key: '2026-03-29T00:00:00+01:00', ...counts(3, 0, 3) },
    { key: '2026-03-30T00:00:00+02:00', ...counts(2, 1, 1) },
  ])
})

test('hours with clicks, across a change of clocks', async () => {
  const { rows } = await report({ groupBy: 'hour', timezone: 'Europe/Berlin' })
  expect(rows.map(({ key, total }) => [key, total])).toEqual([
    ['2026-03-29T00:00:00+01:00', 1],
    ['2026-03-29T01:00:00+01:00', 1],
    ['2026-03-29T03:00:00+02:00', 1],
    ['2026-03-30T00:00:00+02:00', 1],
    ['2026-03-30T02:00:00+02:00', 1],
  ])
})

test('hours of a zone at +05:45', async () => {
  const { rows } = await report({ groupBy: 'hour', timezone: 'Asia/Kathmandu', linkId: otherLink })
  expect(rows).toEqual([{ key: '2026-03-30T06:00:00+05:45', ...counts(1, 0, 1) }])
})

test('a range is rounded outward to quarters of an hour, and said so', async () => {
  const found = await report({ from: '2026-03-30T02:20:00+02:00', to: '2026-03-30T00:25:00Z' })
  expect(found).toMatchObject({
    from: '2026-03-30T00:15:00.000Z',
    to: '2026-03-30T00:30:00.000Z',
    totals: counts(1, 0, 1),
  })
  expect((await report({ to: '2026-03-30T00:15:00Z' })).totals.total).toBe(4)
})

test.each(reportGroups)('grouped by %s the rows sum up to the totals', async (groupBy) => {
  const { rows, totals } = await report({ groupBy, timezone: 'Asia/Kathmandu' })
  const sum = (name: keyof typeof totals) => rows.reduce((all, row) => all + row[name], 0)
  expect(totals).toEqual(counts(5, 1, 4))
  expect({
    total: sum('total'),
    human: sum('human'),
    bot: sum('bot'),
    unique: sum('unique'),
  }).toEqual(totals)
})

test.each(reportGroups)(
  'grouped by %s, what was summed is what the clicks say',
  async (groupBy) => {
    const asked = { groupBy, timezone: 'Europe/Berlin' }
    const found = await report(asked)
    const { totals, rows, filter } = await report({ ...asked, 'filter[os]': 'Linux' })
    expect(filter).toEqual({ os: 'Linux' })
    // All of the clicks are from there.
    expect({ totals, rows }).toEqual({ totals: found.totals, rows: found.rows })
  },
)

test('only clicks with all of the values are counted', async () => {
  expect((await report({ 'filter[country]': 'DE' })).totals).toEqual(counts(3, 0, 3))
  expect((await report({ 'filter[country]': 'de' })).totals).toEqual(counts(0, 0, 0))
  const both = { 'filter[country]': 'NP', 'filter[browser]': 'Chrome' }
  expect((await report({ ...both, groupBy: 'day', timezone: 'Europe/Berlin' })).totals).toEqual(
    counts(1, 0, 1),
  )
  expect((await report({ ...both, 'filter[device]': 'bot' })).totals).toEqual(counts(0, 0, 0))
  expect((await report({ 'filter[referrer]': 'direct', linkId: otherLink })).totals).toEqual(
    counts(0, 0, 0),
  )
})

test('campaigns, and the clicks of none', async () => {
  expect((await report({ groupBy: 'utm_source' })).rows).toEqual([
    { key: 'none', ...counts(4, 1, 3) },
    { key: 'letter', ...counts(1, 0, 1) },
  ])
  expect((await report({ 'filter[utm_source]': 'letter', groupBy: 'utm_medium' })).rows).toEqual([
    { key: 'mail', ...counts(1, 0, 1) },
  ])
  expect((await report({ 'filter[utm_source]': 'none' })).totals).toEqual(counts(4, 1, 3))
})

test('weekdays and hours of a zone, over weeks and a change of clocks', async () => {
  const asked = { groupBy: 'weekday_hour', timezone: 'Europe/Berlin' }
  expect((await report(asked)).rows.map(({ key, total }) => [key, total])).toEqual([
    ['1-0', 1],
    ['1-2', 1],
    ['7-0', 1],
    ['7-1', 1],
    ['7-3', 1],
  ])
  const long = await report({ ...asked, from: '2025-03-01T00:00:00Z' })
  expect(long.totals).toEqual(counts(5, 1, 4))
})
