// What somebody typed, was shown once, or is signed in for.
import { afterAll, beforeAll, expect, jest } from '@jest/globals'
import type { Scope } from '@sleepwell/contracts/api-key'
import type { Page } from 'playwright-core'
import { clientOf } from '../api.ts'
import { startSystem, type System } from '../system.ts'
import { type Browser, openBrowser, phone, type VisitOptions, type Visitor } from './browser.ts'
import { test } from './full-run.ts'
import { isSettled } from './on-screen.ts'
import { openSignedIn, signInLinkOf } from './signed-in.ts'

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

const open = (path: string, options: Partial<VisitOptions> = {}): Promise<Visitor> =>
  openSignedIn(browser, system, path, options)

test('a press beside a dialog closes it only where nothing is lost', async () => {
  const { page, faults } = await open('/')
  const dialog = page.getByRole('dialog', { name: 'Create a link' })
  const destination = dialog.getByLabel('Destination', { exact: true })
  const beside = [5, 5] as const
  await page.keyboard.press('c')
  await destination.hover()
  await page.mouse.down()
  await page.mouse.move(...beside)
  await page.mouse.up()
  await isSettled(page)
  expect(await dialog.count()).toBe(1)
  await page.mouse.down()
  await destination.hover()
  await page.mouse.up()
  await isSettled(page)
  expect(await dialog.count()).toBe(1)
  await page.mouse.click(...beside)
  await dialog.waitFor({ state: 'detached' })

  await page.keyboard.press('c')
  await destination.fill('https://shop.example/typed')
  await page.mouse.click(...beside)
  await isSettled(page)
  expect(await destination.inputValue()).toBe('https://shop.example/typed')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.keyboard.press('c')
  expect(await destination.inputValue()).toBe('')
  expect(faults()).toEqual([])
})

test('Esc and a press beside it close what is open, and leave the filters', async () => {
  const { page, faults } = await open('/?country=unknown')
  const days = page.locator('details.popover')
  const from = page.getByLabel('From', { exact: true })
  const filtered = () => new URL(page.url()).searchParams.get('country')
  await days.locator('summary').click()
  await from.focus()
  await page.keyboard.press('Escape')
  await from.waitFor({ state: 'hidden' })
  expect([filtered(), await days.locator('summary:focus').count()]).toEqual(['unknown', 1])
  await days.locator('summary').click()
  await page.getByRole('heading', { name: 'Overview' }).click()
  await from.waitFor({ state: 'hidden' })

  await page.setViewportSize(phone)
  const menu = page.getByRole('button', { name: 'Menu' })
  const nav = page.getByRole('navigation', { name: 'Pages' })
  await menu.click()
  await nav.waitFor()
  await page.keyboard.press('Escape')
  await nav.waitFor({ state: 'hidden' })
  expect(filtered()).toBe('unknown')
  await page.keyboard.press('Escape')
  await page.waitForURL((url) => !url.searchParams.has('country'))
  expect(faults()).toEqual([])
})

/** Signed in by a key of its own. */
async function openWith(
  scopes: readonly Scope[],
  path: string,
  options: Partial<VisitOptions> = {},
): Promise<Visitor & { readonly name: string }> {
  const { access } = system
  const name = `key-${scopes.join('-')}-${Date.now()}`
  const { secret } = await clientOf(access).createKey({ name, scopes: [...scopes] })
  if (secret === undefined) throw new Error('the key has no secret')
  const own = { access: { ...access, apiKey: secret } }
  return { ...(await openSignedIn(browser, own, path, options)), name }
}

async function rotateAtOnce(page: Page, name: string): Promise<string> {
  const row = page.locator('tr[data-key]').filter({ hasText: name })
  await row.getByRole('button', { name: 'Rotate' }).click()
  await page.getByRole('dialog').getByText('This page goes on with the new secret').waitFor()
  await page.getByLabel('When').selectOption('at once')
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click()
  return (await page.locator('.secret').textContent()) ?? ''
}

test('whoever rotates the key of his session sees its secret, and stays signed in', async () => {
  const { page, faults, name } = await openWith(['keys:read', 'keys:write'], '/keys')
  const secret = await rotateAtOnce(page, name)
  await page.waitForResponse((answer) => answer.url().includes('/v1/keys?'))
  // Longer than the secret before is believed anywhere.
  await page.waitForTimeout(1500)
  await page.getByRole('button', { name: 'I have it' }).click()
  await page.keyboard.press('Escape')
  await page.reload()
  await page.locator('tr[data-key]').filter({ hasText: name }).waitFor()
  expect(secret).toMatch(/^sw_/u)
  expect(faults()).toEqual([])
})

test('a secret is shown until it was taken, also where the session ends meanwhile', async () => {
  const { page, name } = await openWith(['keys:read', 'keys:write'], '/keys', { expected: /./u })
  await page.route('**/api/session', (route) =>
    route.request().method() === 'POST' ? route.abort() : route.continue(),
  )
  const secret = await rotateAtOnce(page, name)
  await page.waitForURL(/sign-in/u)
  await page.mouse.click(5, 5)
  await isSettled(page)
  expect(await page.locator('.secret').textContent()).toBe(secret)
  await page.getByRole('button', { name: 'I have it' }).click()
  await page.unroute('**/api/session')
  await page.getByLabel('API key').fill(secret)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.locator('tr[data-key]').filter({ hasText: name }).waitFor()
})

test('whoever revokes the key of his session was told so', async () => {
  const { page, faults, name } = await openWith(['keys:read', 'keys:write'], '/keys')
  const row = page.locator('tr[data-key]').filter({ hasText: name })
  await row.getByRole('button', { name: 'Revoke' }).click()
  await page.getByRole('dialog').getByText('this signs you out').waitFor()
  await page.getByRole('button', { name: 'Revoke for good' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  expect(faults()).toEqual([])
})

test('a session that ends says so, and gives back what was typed', async () => {
  const { page } = await open('/links', { expected: /./u })
  const dialog = page.getByRole('dialog', { name: 'Create a link' })
  const destination = dialog.getByLabel('Destination', { exact: true })
  await page.keyboard.press('c')
  await destination.fill('https://shop.example/half-done')
  await page.context().clearCookies()
  await dialog.getByRole('button', { name: 'Create link' }).click()
  await page.getByText('Your session has ended; sign in again.').waitFor()
  await page.getByLabel('API key').fill(system.access.apiKey)
  await page.getByRole('button', { name: 'Sign in' }).click()
  expect(await destination.inputValue()).toBe('https://shop.example/half-done')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  expect(await page.getByText('Your session has ended').count()).toBe(0)
})

test('whoever cannot be signed out is told so', async () => {
  const { page } = await open('/settings', { expected: /./u })
  await page.context().setOffline(true)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByText('You are still signed in. The dashboard cannot be reached.').waitFor()
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Settings')
  await page.context().setOffline(false)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await page.goto('/settings')
  await page.waitForURL(/sign-in/u)
})

test('after a sign-in link that was used up the next one works in the same tab', async () => {
  const { page } = await browser.visit({
    origin: system.access.dashboard,
    expected: /401/u,
  })
  const button = page.getByRole('button', { name: 'Sign in' })
  await page.goto('/sign-in#token=used-up')
  await button.click()
  await page.getByText('You are not signed in').waitFor()
  await page.goto(signInLinkOf(system))
  await page.getByText('This link signs you in once.').waitFor()
  expect(new URL(page.url()).hash).toBe('')
  await button.click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
})

test('a key is offered what it opens, and told what it lacks elsewhere', async () => {
  // Figures of links, and the domains of orphans, are asked for all the same.
  const { page: reader } = await openWith(['reports:read'], '/settings', { expected: /403/u })
  const offered = (page: Page) => page.locator('.nav a').allTextContents()
  expect(await offered(reader)).toEqual(['Overview', 'Live', 'Orphans', 'Reliability', 'Settings'])
  await reader.getByRole('link', { name: 'Clicks as CSV' }).waitFor()
  expect(await reader.getByRole('link', { name: /^Links as/u }).count()).toBe(0)

  const { page, faults } = await openWith(['links:read'], '/sign-in')
  await page.waitForURL(/links/u)
  expect(await offered(page)).toEqual(['Links', 'Reliability', 'Settings'])
  for (const path of ['/', '/live', '/orphans', '/keys']) {
    await page.goto(path)
    await page.getByText('It lacks the scope').waitFor()
    expect(await page.locator('main code').textContent()).toMatch(/^(?:reports|keys):read$/u)
  }
  expect(faults()).toEqual([])
})
