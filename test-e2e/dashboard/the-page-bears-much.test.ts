// Names as long as the API takes them where there is little room, and lists of many pages.
import { afterAll, beforeAll, expect, jest } from '@jest/globals'
import type { Link } from '@sleepwell/contracts/link'
import type { Locator } from 'playwright-core'
import { clientOf, createLink, until } from '../api.ts'
import { startSystem, type System } from '../system.ts'
import { type Browser, openBrowser, phone } from './browser.ts'
import { test } from './full-run.ts'
import { isDrawn } from './on-screen.ts'
import { openSignedIn } from './signed-in.ts'

jest.setTimeout(300_000)

const slug = 'W'.repeat(64)
let system: System
let browser: Browser
let link: Link
beforeAll(async () => {
  system = await startSystem()
  browser = await openBrowser()
  link = await createLink(system.access, `https://shop.example/${'long/'.repeat(100)}`, {
    slug,
    title: 'Long '.repeat(40).trim(),
    tags: ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(50)),
    archived: true,
    startsAt: '2099-01-01T00:00:00.000Z',
  })
})
afterAll(async () => {
  await browser[Symbol.asyncDispose]()
  await system[Symbol.asyncDispose]()
})

const heightOf = async (of: Locator) => (await of.boundingBox())?.height

test('a row is as high as the table counts on, and tells the whole name', async () => {
  for (const options of [{}, { viewport: phone }]) {
    const { page, faults } = await openSignedIn(browser, system, '/links?shelf=archived', options)
    const row = page.locator(`tr[data-link="${link.id}"]`)
    expect(await heightOf(row)).toBe(58)
    expect(await row.getByRole('link', { name: slug }).getAttribute('title')).toBe(link.shortLink)
    expect(faults()).toEqual([])
  }
})

test('a link with a long slug is not wider than a phone, nor is what is said of it', async () => {
  const { page, faults } = await openSignedIn(browser, system, `/links/${link.id}`, {
    viewport: phone,
  })
  const width = () => page.evaluate('document.documentElement.scrollWidth')
  await isDrawn(page)
  expect(await width()).toBe(phone.width)
  await page.getByRole('button', { name: 'Edit' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Title', { exact: true }).fill('Shorter')
  const title = dialog.getByRole('heading', { name: `Edit ${slug}` })
  const { x = 0, width: titled = 0 } = (await title.boundingBox()) ?? {}
  expect(x + titled).toBeLessThan(phone.width)
  await dialog.getByRole('button', { name: 'Close' }).click()

  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('button', { name: 'Really delete' }).click()
  const toast = page.locator('.toast', { hasText: slug })
  await toast.waitFor()
  const box = await toast.boundingBox()
  expect(box?.x).toBeGreaterThanOrEqual(0)
  expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(phone.width)
  expect(await width()).toBe(phone.width)
  expect(faults()).toEqual([])
})

test('of a long list only the rows that were changed are read anew', async () => {
  const client = clientOf(system.access)
  const links = Array.from({ length: 450 }, (_, i) => ({
    destination: 'https://shop.example/long',
    slug: `long-${i + 100}`,
    tags: ['long'],
  }))
  await client.createLinks({ links })
  const { page, faults } = await openSignedIn(browser, system, '/links?tag=long&sort=slug')
  const loaded = page.getByText('450 links loaded, all there are.')
  const table = page.getByRole('region', { name: 'Links' })
  await until(
    async () => {
      await table.evaluate((box) => box.scrollTo(0, box.scrollHeight))
      return await loaded.isVisible()
    },
    (all) => all,
  )
  await table.evaluate((box) => box.scrollTo(0, box.scrollHeight))
  const asked: string[] = []
  page.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url())
    if (pathname.endsWith('/v1/links')) asked.push(searchParams.has('id') ? 'rows' : 'page')
  })
  const bar = page.getByRole('group', { name: 'What to do with the picked links' })
  const pick = (slug: string) => page.getByRole('checkbox', { name: `Pick ${slug}`, exact: true })
  await pick('long-548').check()
  await bar.getByLabel('Tags, separated by commas').fill('seen')
  await bar.getByRole('button', { name: 'Add' }).click()
  const row = page.locator('tbody tr', { has: pick('long-548') })
  await row.getByRole('link', { name: 'seen' }).waitFor()
  await pick('long-549').check()
  await bar.getByRole('button', { name: 'Archive' }).click()
  await pick('long-549').waitFor({ state: 'detached' })
  await page.getByText('449 links loaded').waitFor()
  expect(asked).toEqual(['rows', 'rows'])

  // As old as focus would ask again for.
  await page.waitForTimeout(5_500)
  await page.evaluate('dispatchEvent(new Event("visibilitychange"))')
  await page.waitForTimeout(500)
  expect(asked).toEqual(['rows', 'rows'])

  await row.getByRole('link', { name: 'long-548', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'long-548' }).waitFor()
  await page.goBack()
  await page.getByText('links loaded').waitFor()
  await page.waitForTimeout(500)
  expect(asked.slice(2).filter((what) => what === 'page').length).toBeLessThanOrEqual(2)
  expect(faults()).toEqual([])
})
