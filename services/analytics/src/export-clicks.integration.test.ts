import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { findClicks, pageSize } from './click-export-table.ts'
import { readDataThrough } from './counted-clicks.ts'
import { createExport, type ExportQuery } from './export-clicks.ts'
import { areKept } from './kept-days.ts'
import { reportOrphans } from './orphan-report.ts'
import { click, linkId, openCounting, recordsFrom, type Counting } from './test-clicks.ts'

const startAt = Date.now() - 7_200_000
const otherLink = randomUUID()
const many = 2 * pageSize + 7
let counting: Counting
let asked = 0

beforeAll(async () => {
  counting = await openCounting()
  // Many within one moment: a page must not end between them and begin after them.
  const at = (i: number) => new Date(startAt + Math.floor(i / 700) * 60_000).toISOString()
  const clicks = Array.from({ length: many }, (_, i) => click({ at: at(i) }))
  const others = [
    click({ ownerId: 'stranger', at: at(0) }),
    click({ at: at(0), linkId: otherLink, utm: { source: 'letter' }, referrerHost: '=cmd()' }),
  ]
  await counting.deliver(0, recordsFrom(0, ...clicks, ...others))
})
afterAll(async () => {
  await counting[Symbol.asyncDispose]()
})

const exportOf = createExport({
  findClicks: (query) => {
    asked++
    return findClicks(counting.pool, query)
  },
  findOwnLink: async (_owner, id) => (id === linkId || id === otherLink ? {} : 'absent'),
  areKept: (ownerId, from, to) => areKept(counting.pool, ownerId, from, to),
  dataThrough: () => readDataThrough(counting.pool),
})

async function rowsOf(changes: Partial<ExportQuery> = {}): Promise<unknown[][]> {
  const query = { linkId: undefined, from: startAt, to: startAt + 7_300_000, ...changes }
  const csv = await exportOf('owner', query)
  if (typeof csv === 'string') throw new Error(csv)
  const rows: unknown[][] = []
  for await (const row of csv.rows) rows.push([...row])
  return rows
}

test('every click of the owner is in it once, in order, and nobody else’s', async () => {
  const rows = await rowsOf()
  expect(rows).toHaveLength(many + 1)
  expect(new Set(rows.map(([, id]) => id)).size).toBe(many + 1)
  const times = rows.map(([at]) => (at as Date).getTime())
  expect(times).toEqual(times.toSorted((a, b) => a - b))
})

test('one link, and a part of the time', async () => {
  const [row, ...more] = await rowsOf({ linkId: otherLink })
  expect(more).toEqual([])
  expect(row?.slice(2)).toEqual([
    otherLink,
    false,
    true,
    'DE',
    'desktop',
    'Firefox',
    'Linux',
    '=cmd()',
    'letter',
    null,
    null,
    null,
    null,
  ])
  expect(await rowsOf({ from: startAt + 60_000, to: startAt + 120_000 })).toHaveLength(700)
  expect(await rowsOf({ from: startAt + 1, to: startAt + 60_000 })).toEqual([])
})

test('no visitor, spool or number is in a row', async () => {
  const csv = await exportOf('owner', { linkId: undefined, from: startAt, to: startAt + 1 })
  if (typeof csv === 'string') throw new Error(csv)
  expect(csv.columns.join()).not.toMatch(/visitor|spool|seq|owner/iu)
})

test('pages are read as they are taken, and none for who has left', async () => {
  const csv = await exportOf('owner', { linkId: undefined, from: startAt, to: startAt + 3_600_000 })
  if (typeof csv === 'string') throw new Error(csv)
  asked = 0
  let taken = 0
  for await (const row of csv.rows) {
    expect(row).toHaveLength(csv.columns.length)
    if (++taken > pageSize) break
  }
  expect(asked).toBe(2)
})

test('a link of somebody else, and days that are gone, are no export', async () => {
  const query = { linkId: undefined, from: startAt, to: startAt + 1 }
  expect(await exportOf('owner', { ...query, linkId: randomUUID() })).toBe('link_not_found')
  const day = new Date(startAt).toISOString().slice(0, 10).replaceAll('-', '')
  await counting.query(`alter table clicks_${day} rename to gone`)
  expect(await exportOf('owner', query)).toBe('not_kept')
  await counting.query(`alter table gone rename to clicks_${day}`)
})

test('slugs that no link has come with the most tries first, over days and by domain', async () => {
  await counting.query(`
    insert into orphans (day, domain, slug, human, bot, last_at) values
      ('2026-03-01', '@', 'helo', 2, 1, '2026-03-01T10:00:00Z'),
      ('2026-03-02', '@', 'helo', 1, 0, '2026-03-02T10:00:00Z'),
      ('2026-03-02', '@', '', 9, 9, '2026-03-02T11:00:00Z'),
      ('2026-03-02', 'go.example', 'helo', 1, 0, '2026-03-02T12:00:00Z'),
      ('2026-03-03', '@', 'later', 1, 0, '2026-03-03T00:00:00Z')`)
  const asked = { from: Date.parse('2026-02-28'), to: Date.parse('2026-03-03'), domain: undefined }
  const found = await reportOrphans(counting.pool, asked)
  expect(found).toEqual({
    dataThrough: expect.any(String),
    from: '2026-02-28T00:00:00.000Z',
    to: '2026-03-03T00:00:00.000Z',
    totals: { total: 23, human: 13, bot: 10 },
    days: [
      { day: '2026-02-28', total: 0, human: 0, bot: 0 },
      { day: '2026-03-01', total: 3, human: 2, bot: 1 },
      { day: '2026-03-02', total: 20, human: 11, bot: 9 },
    ],
    rows: [
      row('@', '', 9, 9, '2026-03-02T11:00:00.000Z'),
      row('@', 'helo', 3, 1, '2026-03-02T10:00:00.000Z'),
      row('go.example', 'helo', 1, 0, '2026-03-02T12:00:00.000Z'),
    ],
  })
  const ofDomain = await reportOrphans(counting.pool, { ...asked, domain: 'go.example' })
  expect(ofDomain.rows).toHaveLength(1)
  expect(ofDomain.days.map(({ human }) => human)).toEqual([0, 0, 1])
  const ofNone = await reportOrphans(counting.pool, { ...asked, domain: 'none' })
  expect(ofNone.rows).toEqual([])
  expect(ofNone.days.map(({ total }) => total)).toEqual([0, 0, 0])
})

function row(domain: string, slug: string, human: number, bot: number, lastAt: string) {
  return { domain, slug, total: human + bot, human, bot, lastAt }
}

test('a thousand slugs are listed, and all are in the totals', async () => {
  await counting.query(`
    insert into orphans (day, domain, slug, human, bot, last_at)
    select '2026-04-01', '@', 'slug' || n, 1, 0, now() from generate_series(1, 1003) as n`)
  const day = Date.parse('2026-04-01')
  const found = await reportOrphans(counting.pool, {
    from: day,
    to: day + 86_400_000,
    domain: undefined,
  })
  expect(found.rows).toHaveLength(1000)
  expect(found.totals.total).toBe(1003)
})
