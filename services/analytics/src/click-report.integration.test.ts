import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { countingPolicyVersion } from '@sleepwell/contracts/click'
import { ClickReport, reportGroups } from '@sleepwell/contracts/report'
import { openTestDatabase, type TestDatabase } from '@sleepwell/testing/postgres'
import { openPool } from '@sleepwell/runtime/postgres'
import { Client } from 'pg'
import { createReport } from './click-report.ts'
import { findOwnLink } from './key-table.ts'
import { countRawClicks } from './raw-report-table.ts'
import { readReportQuery } from './read-report-query.ts'
import { countClicks } from './report-table.ts'
import {
  click,
  dayMs,
  linkId,
  noEnd,
  openCounting,
  recordsFrom,
  silent,
  spool,
  type Counting,
} from './test-clicks.ts'

const now = Date.parse('2026-03-30T12:00:00Z')
const otherLink = randomUUID()
const foreignLink = randomUUID()

let counting: Counting
let linksDatabase: TestDatabase
let links: ReturnType<typeof openPool>

beforeAll(async () => {
  counting = await openCounting()
  linksDatabase = await openTestDatabase('links')
  const client = new Client({ connectionString: linksDatabase.url('link_write') })
  await client.connect()
  for (const [id, owner] of [
    [linkId, 'owner'],
    [otherLink, 'owner'],
    [foreignLink, 'stranger'],
  ])
    await client.query(
      `insert into links (id, owner_id, domain, slug, destination) values ($1, $2, '@', $3, 'https://example.com/')`,
      [id, owner, id?.slice(0, 8)],
    )
  await client.end()
  links = openPool({
    url: linksDatabase.url('analytics'),
    name: 'test',
    max: 2,
    timeoutMs: 5000,
    log: silent,
  })
  const consumer = counting.consumer({ now: () => now })
  await consumer.startAt(0, noEnd)
  const clicks = [
    // Berlin's clocks go forward on the 29th at 01:00Z.
    click({ at: '2026-03-28T23:10:00Z', country: 'DE', visitor: 'a' }),
    click({ at: '2026-03-29T00:59:59.999Z', country: 'DE', visitor: 'a' }),
    click({ at: '2026-03-29T01:00:00Z', country: 'NP', visitor: 'b', browser: 'Chrome' }),
    click({ at: '2026-03-29T22:05:00Z', bot: true, country: 'US', device: 'bot' }),
    click({
      at: '2026-03-30T00:16:00Z',
      linkId: otherLink,
      referrerHost: 'example.com',
      utm: { source: 'letter', medium: 'mail' },
    }),
    click({ at: '2026-03-30T00:16:00Z', linkId: foreignLink, ownerId: 'stranger' }),
  ]
  const lastSeq = Math.max(...clicks.map(({ seq }) => seq))
  await consumer.handle(
    0,
    recordsFrom(
      0,
      ...clicks,
      { type: 'dropped', spool, from: 1, to: lastSeq, at: '2026-03-30T00:00:00Z' },
      {
        type: 'heartbeat',
        spool,
        lastSeq,
        shippedSeq: lastSeq,
        at: '2026-03-30T11:59:59Z',
        closed: false,
      },
    ),
  )
})

afterAll(async () => {
  await links.end()
  await linksDatabase[Symbol.asyncDispose]()
  await counting[Symbol.asyncDispose]()
})

async function report(query: Record<string, string>, ownerId = 'owner'): Promise<ClickReport> {
  const create = createReport({
    countClicks: (each) => countClicks(counting.pool, each),
    countRawClicks: (each) => countRawClicks(counting.pool, each, 10_000),
    findOwnLink: (owner, id) => findOwnLink(links, owner, id),
  })
  const found = await create(ownerId, readReportQuery(query, now))
  if (typeof found === 'string') throw new Error(found)
  return ClickReport.parse(found)
}

const counts = (total: number, bot: number, unique: number) => ({
  total,
  human: total - bot,
  bot,
  unique,
})

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
