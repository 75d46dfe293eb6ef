// How links are found again: narrowed and sorted, at an address that says how.
import { afterAll, beforeAll, expect, jest } from '@jest/globals'
import { clientOf, createLink, firefox, follow, report, until } from '../api.ts'
import { startSystem, type System } from '../system.ts'
import { type Browser, openBrowser, type Visitor } from './browser.ts'
import { test } from './full-run.ts'
import { listed } from './on-screen.ts'
import { openSignedIn } from './signed-in.ts'

jest.setTimeout(300_000)

let system: System
let browser: Browser
beforeAll(async () => {
  system = await startSystem()
  browser = await openBrowser()
})
afterAll(async () => {
  await browser[Symbol.asyncDispose]()
  await system[Symbol.asyncDispose]()
})

const open = (path: string): Promise<Visitor> => openSignedIn(browser, system, path)

test('a list that was narrowed and sorted is in its URL: back, forward, and for somebody else', async () => {
  for (const n of [1, 2, 3])
    await createLink(system.access, `https://shop.example/find/${n}`, {
      slug: `find-${n}`,
      tags: n === 2 ? ['needle'] : ['needle', 'odd'],
    })
  const { page, faults } = await open('/links')
  await page.getByRole('searchbox', { name: 'Search links' }).fill('shop.example/find')
  await listed(page, 'find-3', 'find-2', 'find-1')
  await page.getByRole('navigation', { name: 'Tags' }).getByRole('link', { name: 'odd 2' }).click()
  await listed(page, 'find-3', 'find-1')
  await page.getByRole('link', { name: 'Short link' }).click()
  await page.waitForURL(/sort=slug/u)
  await listed(page, 'find-1', 'find-3')
  const query = { search: 'shop.example/find', tag: 'odd', sort: 'slug', order: 'asc' } as const
  const { links } = await clientOf(system.access).listLinks(query)
  await listed(page, ...links.map(({ slug }) => slug))

  const { pathname, search } = new URL(page.url())
  const other = await open(pathname + search)
  await listed(other.page, 'find-1', 'find-3')
  const box = other.page.getByRole('searchbox', { name: 'Search links' })
  expect(await box.inputValue()).toBe('shop.example/find')

  await page.goBack()
  await listed(page, 'find-3', 'find-1')
  await page.goBack()
  await listed(page, 'find-3', 'find-2', 'find-1')
  await page.goForward()
  await page.goForward()
  await listed(page, 'find-1', 'find-3')
  expect([...faults(), ...other.faults()]).toEqual([])
})

test('links are sorted by their clicks, those of nobody last, also in a list that was narrowed', async () => {
  const clicks = { never: 0, thrice: 3, once: 1, elsewhere: 2 }
  for (const [name, count] of Object.entries(clicks)) {
    const tags = name === 'elsewhere' ? [] : ['popular']
    const { shortLink } = await createLink(system.access, 'https://shop.example/', {
      slug: `ranked-${name}`,
      tags,
    })
    for (let n = 0; n < count; n++) await follow(shortLink, { 'User-Agent': firefox })
  }
  await until(
    () => report(system.access, 'groupBy=link'),
    ({ rows }) => rows.some(({ human }) => human === 3),
  )
  const { page, faults } = await open('/links?search=ranked-')
  await listed(page, 'ranked-elsewhere', 'ranked-once', 'ranked-thrice', 'ranked-never')
  const sort = () => page.getByRole('columnheader', { name: 'Clicks' }).getByRole('link').click()
  await sort()
  await listed(page, 'ranked-thrice', 'ranked-elsewhere', 'ranked-once', 'ranked-never')
  expect(await page.locator('tbody td.number:nth-child(5)').allTextContents()).toEqual([
    '3',
    '2',
    '1',
    '0',
  ])
  await page
    .getByRole('navigation', { name: 'Tags' })
    .getByRole('link', { name: 'popular 3' })
    .click()
  await listed(page, 'ranked-thrice', 'ranked-once', 'ranked-never')
  await sort()
  await page.waitForURL(/sort=clicks.*order=asc/u)
  await listed(page, 'ranked-never', 'ranked-once', 'ranked-thrice')
  expect(faults()).toEqual([])
})
