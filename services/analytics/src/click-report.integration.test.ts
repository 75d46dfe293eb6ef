import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { countingPolicyVersion } from '@sleepwell/contracts/click'
import { ClickReport, reportGroups } from '@sleepwell/contracts/report'
import { openTestDatabase, type TestDatabase } from '@sleepwell/testing/postgres'
import { openPool } from '@sleepwell/runtime/postgres'
import { Client } from 'pg'
import { createReport } from './click-report.ts'
import { findOwnLink } from './key-table.ts'
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
    click({ at: '2026-03-30T00:16:00Z', linkId: otherLink, referrerHost: 'example.com' }),
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
    findOwnLink: (owner, id) => findOwnLink(links, owner, id),
  })
  const found = await create(ownerId, readReportQuery(query, now))
  if (found === 'link_not_found') throw new Error(found)
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
