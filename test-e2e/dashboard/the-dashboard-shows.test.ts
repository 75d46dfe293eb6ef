// A first look, as somebody has it who types `npm start`.
import { expect, jest, test } from '@jest/globals'
import { createLink, follow, report, until } from '../api.ts'
import { startSystem } from '../system.ts'
import { openBrowser } from './browser.ts'
import { signIn, views } from './signed-in.ts'

// A whole system is started.
jest.setTimeout(300_000)

test('every view is there, asks nobody else and complains of nothing', async () => {
  await using system = await startSystem()
  const { access } = system
  const link = await createLink(access, 'https://example.com/')
  await follow(link.shortLink)
  await until(
    () => report(access, 'groupBy=total'),
    ({ totals }) => totals.total === 1,
  )
  await using browser = await openBrowser()
  const stranger = await browser.visit({ origin: access.dashboard })
  await stranger.page.goto('/')
  await stranger.page.getByRole('heading', { name: 'Sign in' }).waitFor()
  expect(stranger.faults()).toEqual([])
  const { page, faults } = await browser.visit({ origin: access.dashboard })
  await signIn(page, system)
  for (const view of views) {
    await page.goto(view)
    await page.locator('h1').first().waitFor()
    expect(new URL(page.url()).pathname).toBe(view)
  }
  expect(faults()).toEqual([])
})
