// Without a mouse, without sight, without luck, and among the hostile.
import { afterAll, beforeAll, expect, jest } from '@jest/globals'
import { createLink, follow } from '../api.ts'
import { violationsIn } from './axe.ts'
import { type Browser, openBrowser, phone, type VisitOptions, type Visitor } from './browser.ts'
import { test } from './full-run.ts'
import { figure, isDrawn } from './on-screen.ts'
import { hostile, type Seeded, startSeeded } from './seeded.ts'
import { openSignedIn, views } from './signed-in.ts'

jest.setTimeout(300_000)

/** What WCAG 1.4.10 asks for. */
const narrowest = 320

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

const open = (path: string, options: Partial<VisitOptions> = {}): Promise<Visitor> =>
  openSignedIn(browser, seeded.system, path, options)

async function linkPath(): Promise<string> {
  const [link] = await seeded.system.query<{ id: string }>(
    'links',
    `select id from links where slug = 'spring'`,
  )
  return `/links/${link?.id}`
}

test.each(['light', 'dark'] as const)('axe finds nothing on any page that is %s', async (theme) => {
  const { page, faults } = await open('/', { colorScheme: theme })
  for (const view of [
    ...views,
    await linkPath(),
    '/?table=clicks,hours,sources&geo=list',
    '/nothing',
  ]) {
    await page.goto(view)
    await page.locator('h1').first().waitFor()
    await isDrawn(page)
    expect([view, await violationsIn(page)]).toEqual([view, []])
  }
  await page.goto('/links')
  await page.locator('h1').waitFor()
  await page.keyboard.press('c')
  await page.getByRole('dialog', { name: 'Create a link' }).waitFor()
  for (const more of await page.locator('dialog summary').all()) await more.click()
  expect(await violationsIn(page)).toEqual([])
  expect(faults()).toEqual([])
  await page.context().clearCookies()
  await page.goto('/sign-in')
  await page.locator('h1').waitFor()
  expect(await violationsIn(page)).toEqual([])
})

test('a link is made, found, changed back and followed by its numbers without a mouse', async () => {
  const { page, faults } = await open('/')
  await page.keyboard.press('c')
  const dialog = page.getByRole('dialog', { name: 'Create a link' })
  await dialog.waitFor()
  await page.keyboard.type('https://shop.example/by-keyboard')
  await page.keyboard.press('Tab')
  await page.keyboard.type('spring')
  await dialog.getByText('Taken.', { exact: true }).waitFor()
  await page.keyboard.press('Control+a')
  await page.keyboard.type('by-keyboard')
  await dialog.getByText('Free.', { exact: true }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'by-keyboard' }).waitFor()
  expect(await page.locator('dialog').count()).toBe(0)

  await page.keyboard.press('/')
  await page.locator('input[type=search]:focus').waitFor()
  await page.keyboard.type('by-key')
  await page.waitForURL(/search=by-key/u)
  const rows = page.locator('tbody tr[data-link]')
  await rows.filter({ hasText: 'by-keyboard' }).waitFor()
  // What was found before stays on screen until there is an answer.
  await rows.nth(1).waitFor({ state: 'detached' })
  await page.keyboard.press('Escape')

  for (const [keys, path] of [
    ['gv', '/live'],
    ['gn', '/orphans'],
    ['gr', '/reliability'],
    ['gk', '/keys'],
    ['gs', '/settings'],
    ['go', '/'],
  ] as const) {
    for (const key of keys) await page.keyboard.press(key)
    await page.waitForURL((url) => url.pathname === path)
    await page.locator('h1').waitFor()
  }
  await page.keyboard.press('m')
  await page.waitForURL(/period=month/u)
  await page.keyboard.press('b')
  await page.waitForURL(/bots=1/u)
  await page.keyboard.press('x')
  await page.waitForURL(/compare=none/u)
  await page.goto('/?country=unknown')
  await page.locator('h1').waitFor()
  await page.keyboard.press('Escape')
  await page.waitForURL((url) => !url.searchParams.has('country'))
  await figure(page, 'human')
  const [file] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('e')])
  expect(file.suggestedFilename()).toBe('clicks.csv')
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(faults()).toEqual([])
})

test('keys do what the list of keys promises, where it does', async () => {
  const { page, faults } = await open('/live')
  await page.getByText('Connected').waitFor()
  await page.keyboard.press('b')
  await page.waitForURL(/bots=1/u)
  await page.keyboard.press('?')
  const keys = page.getByRole('dialog', { name: 'Keyboard' }).locator('kbd')
  await keys.first().waitFor()
  expect(await keys.allTextContents()).not.toContain('x')
  await page.goto('/keys')
  await page.locator('tr[data-key]').first().waitFor()
  await page.keyboard.press('?')
  await keys.first().waitFor()
  const promised = await keys.allTextContents()
  expect(promised.filter((key) => ['e', 'b', 'x', 'Esc'].includes(key))).toEqual([])
  expect(faults()).toEqual([])
})

test('what strangers wrote is text, wherever it is shown', async () => {
  const { page, faults } = await open('/links')
  for (const text of hostile.slice(0, 3))
    await page.getByText(text, { exact: true }).first().waitFor()
  const ids = await seeded.system.query<{ id: string }>(
    'links',
    `select id from links where destination like '%hostile'`,
  )
  for (const { id } of ids) {
    await page.goto(`/links/${id}?src=utm_campaign&table=sources`)
    await page.locator('[data-card="sources"] tbody th').first().waitFor()
  }
  await page.goto(`/?src=utm_campaign&utm_campaign=${encodeURIComponent(hostile[1])}`)
  await page.getByText(`Campaign: ${hostile[1]}`).waitFor()
  await page.goto('/settings')
  await page.locator('h1').waitFor()
  expect(await page.evaluate('window.hurt')).toBeUndefined()
  expect(faults()).toEqual([])
})

test('nothing is wider than a phone, be it the narrowest, or a slug the longest', async () => {
  const long = await createLink(seeded.system.access, 'https://shop.example/', {
    slug: 'w'.repeat(64),
  })
  const { page, faults } = await open('/', { viewport: phone })
  for (const width of [phone.width, narrowest])
    for (const view of [...views, await linkPath(), `/links/${long.id}`]) {
      await page.setViewportSize({ ...phone, width })
      await page.goto(view)
      await page.locator('h1').first().waitFor()
      await isDrawn(page)
      const wide = await page.evaluate('document.documentElement.scrollWidth')
      expect([view, wide]).toEqual([view, width])
    }
  expect(faults()).toEqual([])
})

test('a report that cannot be renewed stays, and says how old it is and by which request it failed', async () => {
  const { page } = await open('/?period=today', { expected: /./u })
  const before = await figure(page, 'human')
  const refusal = { type: 'urn:sleepwell:problem:internal', title: 'Something went wrong here' }
  await page.route('**/api/reports/**', (route) =>
    route.fulfill({
      status: 500,
      contentType: 'application/problem+json',
      headers: { 'X-Request-Id': 'r-4711' },
      body: JSON.stringify({ ...refusal, status: 500, code: 'internal' }),
    }),
  )
  const stale = page
    .locator('[data-card="clicks"]')
    .getByRole('button', { name: /could not be renewed/u })
  await stale.waitFor({ timeout: 120_000 })
  expect(await stale.getAttribute('title')).toContain('r-4711')
  expect(await figure(page, 'human')).toBe(before)

  await page.goto('/orphans')
  await page.getByRole('alert').filter({ hasText: 'r-4711' }).waitFor()
  await page.unroute('**/api/reports/**')
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByText('sprung', { exact: true }).waitFor()
})

test('without a network the page says so, and comes back', async () => {
  const { page } = await open('/links', { expected: /./u })
  await page.locator('tbody tr[data-link]').first().waitFor()
  await page.context().setOffline(true)
  await page.locator('.segments').getByRole('link', { name: 'Archived' }).click()
  await page
    .getByText(/cannot be reached|could not be renewed/u)
    .first()
    .waitFor({ timeout: 120_000 })
  await page.context().setOffline(false)
  await page
    .getByRole('button', { name: /Try again|could not be renewed/u })
    .first()
    .click()
  await page.getByText('No archived links').waitFor({ timeout: 120_000 })
  expect(await page.getByText(/could not be renewed/u).count()).toBe(0)
})

test('the live view goes on after the service that feeds it was killed', async () => {
  const { system } = seeded
  const { page } = await open('/live', { expected: /./u })
  await page.getByText('Connected').waitFor()
  process.kill(system.pidOf('analytics'), 'SIGKILL')
  await page.getByText('Connection lost, trying again').waitFor({ timeout: 120_000 })
  await page.getByText('Connected').waitFor({ timeout: 120_000 })
  const link = await createLink(system.access, 'https://shop.example/live', {
    slug: 'after-the-kill',
  })
  await follow(link.shortLink)
  await page.locator('tbody').getByText('after-the-kill').waitFor({ timeout: 120_000 })
  expect(await page.getByText('Connected').isVisible()).toBe(true)
})
