// Names as long as the API takes them, where there is little room.
import { afterAll, beforeAll, expect, jest } from '@jest/globals'
import type { Link } from '@sleepwell/contracts/link'
import type { Locator } from 'playwright-core'
import { createLink } from '../api.ts'
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
