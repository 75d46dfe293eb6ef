// Every number on screen is the database's, whatever happened on the way there.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, jest } from '@jest/globals'
import { openRecord } from '@sleepwell/deploy-release/record'
import { clientOf, createLink, until } from '../api.ts'
import { violationsIn } from './axe.ts'
import { type Browser, openBrowser, type Visitor } from './browser.ts'
import { test } from './full-run.ts'
import { figure, isDrawn } from './on-screen.ts'
import { countOf, expectOverviewOfSql, own } from './overview-of-sql.ts'
import { type Seeded, startSeeded } from './seeded.ts'
import { openSignedIn } from './signed-in.ts'

jest.setTimeout(300_000)

let seeded: Seeded
let browser: Browser
const records = mkdtempSync(join(tmpdir(), 'sleepwell-releases-'))
beforeAll(async () => {
  seeded = await startSeeded({
    env: { CLICK_RETENTION_DAYS: '45', UNIQUE_WITHIN_HOURS: '72', RELEASES_DIR: records },
  })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser[Symbol.asyncDispose]()
  await seeded[Symbol.asyncDispose]()
  rmSync(records, { recursive: true })
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

test('what was changed, and what was released, stands beside the clicks of its day', async () => {
  const yesterday = new Date(Date.now() - 86_400_000)
  const given = { release: '1.2.3', kind: 'dir', service: 'redirect', timeScale: 1 } as const
  const { record, save } = openRecord(records, given, yesterday)
  record.verdict = 'released'
  save()
  const { access } = seeded.system
  const link = await createLink(access, 'https://shop.example/changed', { slug: 'changed' })
  await clientOf(access).updateLink(link.id, { title: 'Changed' }, { ifMatch: link })
  const { page, faults } = await open('/?period=week')
  const changes = page.getByRole('list', { name: 'What was changed' }).getByRole('listitem')
  await changes.nth(1).waitFor()
  expect(await changes.allTextContents()).toEqual([
    expect.stringMatching(/: redirect 1\.2\.3 released$/u),
    expect.stringMatching(/: changed: title edited$/u),
  ])
  await page.goto('/reliability')
  const releases = page.getByRole('region', { name: 'Releases' }).getByRole('listitem')
  await releases.first().waitFor()
  expect(await releases.allTextContents()).toEqual([
    expect.stringMatching(/^redirect 1\.2\.3\s*released/u),
  ])
  expect(faults()).toEqual([])
})

test('of a time that is over, active links are those that were made by its end', async () => {
  const day = (daysAgo: number) =>
    new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10)
  await seeded.system.query(
    'links',
    `update links set created_at = now() - interval '9 days' where slug = 'spring'`,
  )
  const { page, faults } = await open(`/?from=${day(10)}&to=${day(8)}`)
  const card = page.locator('[data-figure="links"]')
  await card.getByText('1 made in this time').waitFor()
  expect(await figure(page, 'links')).toBe(1)
  await page.goto(`/?from=${day(7)}&to=${day(2)}`)
  await card.getByText('0 made in this time').waitFor()
  expect(await figure(page, 'links')).toBe(1)
  expect(faults()).toEqual([])
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

test('while another time is waited for, nothing tells that it is there, and all can be read', async () => {
  const { page, faults } = await open('/?period=week')
  await figure(page, 'human')
  await isDrawn(page)
  await page.route('**/api/reports/**', () => {})
  await page.keyboard.press('m')
  const card = page.locator('[data-card="clicks"][aria-busy="true"]')
  await card.waitFor()
  expect(await card.locator('.badge.good').count()).toBe(0)
  expect(await card.getByRole('button', { name: 'Clicks over time as CSV' }).isDisabled()).toBe(
    true,
  )
  expect(await violationsIn(page)).toEqual([])
  expect(faults()).toEqual([])
})

test('what an empty page says fills it', async () => {
  const link = await createLink(seeded.system.access, 'https://shop.example/new', { slug: 'new' })
  const { page, faults } = await open(`/links/${link.id}?period=today`)
  const card = page.locator('[data-card="clicks"]')
  await card.getByText('No clicks in this time').waitFor()
  const command = await card.locator('pre').textContent()
  expect(command).toContain(link.shortLink)
  execFileSync('sh', ['-c', command ?? ''], { stdio: 'ignore' })
  await until(
    () => figure(page, 'human'),
    (clicks) => clicks === 1,
  )
  expect(faults()).toEqual([])
})
