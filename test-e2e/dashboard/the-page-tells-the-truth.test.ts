// Every number on screen is the database's, whatever happened on the way there.
import { afterAll, beforeAll, expect, jest } from '@jest/globals'
import { until } from '../api.ts'
import { type Browser, openBrowser, type Visitor } from './browser.ts'
import { test } from './full-run.ts'
import { figure } from './on-screen.ts'
import { countOf, expectOverviewOfSql, own } from './overview-of-sql.ts'
import { type Seeded, startSeeded } from './seeded.ts'
import { openSignedIn } from './signed-in.ts'

jest.setTimeout(300_000)

let seeded: Seeded
let browser: Browser
beforeAll(async () => {
  seeded = await startSeeded({ env: { CLICK_RETENTION_DAYS: '45', UNIQUE_WITHIN_HOURS: '72' } })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser[Symbol.asyncDispose]()
  await seeded[Symbol.asyncDispose]()
})

const open = (path: string, expected?: RegExp): Promise<Visitor> =>
  openSignedIn(browser, seeded.system, path, { ...(expected && { expected }) })

test('figures, lists and the table of the chart are what SQL says', async () => {
  const { page, faults } = await open('/?period=today&table=clicks')
  await expectOverviewOfSql(page, seeded.system)
  expect(faults()).toEqual([])
})

test('a row filters everything, back takes it away, and the URL shows somebody else the same', async () => {
  const { page, faults } = await open('/?period=today')
  const all = await figure(page, 'human')
  await page.locator('[data-card="sources"]').getByRole('link', { name: 'news.example' }).click()
  const filtered = await countOf(
    seeded.system,
    `select count(*)::int as n from clicks where ${own} and not bot and referrer = 'news.example'`,
  )
  expect(filtered).toBeLessThan(all)
  await until(
    () => figure(page, 'human'),
    (n) => n === filtered,
  )
  await page.locator('[data-card="devices"]').getByRole('link', { name: 'Phone' }).click()
  const both = await countOf(
    seeded.system,
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

test('settings are told as the services have them', async () => {
  const { page, faults } = await open('/settings')
  const privacy = page.getByRole('region', { name: 'Privacy and retention' })
  for (const words of [
    'Single clicks are kept for 45 days',
    'deleted 5 days after their day',
    'more than 72 hours late',
    'version 2 of the counting policy',
  ])
    await privacy.getByText(words).waitFor()
  expect(faults()).toEqual([])
})

test('lag is told of each partition, and comes to nothing', async () => {
  const { page, faults } = await open('/reliability')
  const pipeline = page.getByRole('region', { name: 'Click pipeline' })
  for (const partition of [0, 1, 2, 3])
    await pipeline
      .getByText(new RegExp(`^postgres ${partition}: \\d+ records?$`, 'u'))
      .waitFor({ timeout: 120_000 })
  await until(
    () => pipeline.getByText(': 0 records').count(),
    (read) => read === 4,
  )
  expect(faults()).toEqual([])
})
