// Every number on screen is the database's, whatever happened on the way there.
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import { until } from '../api.ts'
import { type Browser, openBrowser, type Visitor } from './browser.ts'
import { figure, openTab, rowsOf } from './on-screen.ts'
import { type Seeded, startSeeded } from './seeded.ts'
import { signIn } from './signed-in.ts'

jest.setTimeout(300_000)

let seeded: Seeded
let browser: Browser
beforeAll(async () => {
  seeded = await startSeeded()
  browser = await openBrowser()
})
afterAll(async () => {
  await browser[Symbol.asyncDispose]()
  await seeded[Symbol.asyncDispose]()
})

const own = `owner_id = 'me'`

async function count(sql: string): Promise<number> {
  const [row] = await seeded.system.query<{ n: number }>('analytics', sql)
  return row?.n ?? Number.NaN
}

/** Clicks of people by a column. */
async function counts(column: string, where = own): Promise<Record<string, number>> {
  const rows = await seeded.system.query<{ name: string; n: number }>(
    'analytics',
    `select coalesce(${column}, '(none)') as name, count(*)::int as n from clicks
     where ${where} and not bot group by 1`,
  )
  return Object.fromEntries(rows.map(({ name, n }) => [name, n]))
}

async function open(path: string, expected?: RegExp): Promise<Visitor> {
  const origin = seeded.system.access.dashboard
  const visitor = await browser.visit({ origin, ...(expected && { expected }) })
  await signIn(visitor.page, seeded.system)
  await visitor.page.goto(path)
  return visitor
}

async function expectFiguresOfSql(page: Page): Promise<void> {
  const sums = {
    human: await count(`select count(*)::int as n from clicks where ${own} and not bot`),
    bot: await count(`select count(*)::int as n from clicks where ${own} and bot`),
    unique: await count(`select count(*)::int as n from clicks where ${own} and is_unique`),
    orphans: await count('select sum(human)::int as n from orphans'),
  }
  for (const [name, sum] of Object.entries(sums))
    expect([name, await figure(page, name)]).toEqual([name, sum])
}

test('figures, lists and the table of the chart are what SQL says', async () => {
  const { page, faults } = await open('/?period=today&table=clicks')
  await expectFiguresOfSql(page)
  const [links] = await seeded.system.query<{ n: number }>(
    'links',
    `select count(*)::int as n from links where ${own} and deleted_at is null and alias_of is null`,
  )
  expect(await figure(page, 'links')).toBe(links?.n)

  const slugs = await seeded.system.query<{ id: string; slug: string }>(
    'links',
    'select id, slug from links',
  )
  const byLink = Object.entries(await counts('link_id::text')).map(([id, n]) => [
    slugs.find((link) => link.id === id)?.slug,
    n,
  ])
  expect(await rowsOf(page, 'links')).toEqual(Object.fromEntries(byLink))

  const rename = (names: Record<string, number>, from: string, to: string) =>
    Object.fromEntries(Object.entries(names).map(([name, n]) => [name === from ? to : name, n]))
  expect(await rowsOf(page, 'sources')).toEqual(
    rename(await counts('referrer'), 'direct', 'Direct, or not told'),
  )
  for (const [tab, column] of [
    ['Source', 'utm_source'],
    ['Campaign', 'utm_campaign'],
  ] as const) {
    await openTab(page, 'sources', tab)
    expect(await rowsOf(page, 'sources')).toEqual(await counts(column))
  }
  await openTab(page, 'devices', 'Browsers')
  expect(await rowsOf(page, 'devices')).toEqual(
    rename(await counts('browser'), 'unknown', 'Unknown'),
  )
  await openTab(page, 'devices', 'Systems')
  expect(await rowsOf(page, 'devices')).toEqual(rename(await counts('os'), 'unknown', 'Unknown'))

  const cells = await page.locator('[data-card="clicks"] tbody td:nth-child(2)').allTextContents()
  const human = await count(`select count(*)::int as n from clicks where ${own} and not bot`)
  expect(cells.reduce((sum, text) => sum + Number(text.replaceAll(',', '')), 0)).toBe(human)
  expect(faults()).toEqual([])
})

test('a row filters everything, back takes it away, and the URL shows somebody else the same', async () => {
  const { page, faults } = await open('/?period=today')
  const all = await figure(page, 'human')
  await page.locator('[data-card="sources"]').getByRole('link', { name: 'news.example' }).click()
  const filtered = await count(
    `select count(*)::int as n from clicks where ${own} and not bot and referrer = 'news.example'`,
  )
  expect(filtered).toBeLessThan(all)
  await until(
    () => figure(page, 'human'),
    (n) => n === filtered,
  )
  await page.locator('[data-card="devices"]').getByRole('link', { name: 'Phone' }).click()
  const both = await count(
    `select count(*)::int as n from clicks
     where ${own} and not bot and referrer = 'news.example' and device = 'mobile'`,
  )
  await until(
    () => figure(page, 'human'),
    (n) => n === both,
  )

  const { pathname, search } = new URL(page.url())
  const other = await open(pathname + search)
  expect(await figure(other.page, 'human')).toBe(both)
  expect(await other.page.getByText('Referrer: news.example').isVisible()).toBe(true)

  await page.goBack()
  await page.goBack()
  await until(
    () => figure(page, 'human'),
    (n) => n === all,
  )
  await page.goForward()
  await until(
    () => figure(page, 'human'),
    (n) => n === filtered,
  )
  expect([...faults(), ...other.faults()]).toEqual([])
})
