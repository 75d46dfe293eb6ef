// What somebody typed is kept, whoever else edits the link and whatever is refused, and becomes one link.
import { afterAll, beforeAll, expect, jest } from '@jest/globals'
import { createLink } from '../api.ts'
import { startSystem, type System } from '../system.ts'
import { type Browser, openBrowser, type VisitOptions } from './browser.ts'
import { test } from './full-run.ts'
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

/** The dialog, opened by what opens it on the page of a link, or by its key. */
async function openComposer(path: string, options: Partial<VisitOptions> = {}) {
  const { page, faults } = await openSignedIn(browser, system, path, options)
  if (path === '/links') await page.keyboard.press('c')
  else await page.getByRole('button', { name: 'Edit' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Destination' }).waitFor()
  return { page, dialog, faults }
}

test('a section stays open while its last value is deleted', async () => {
  const link = await createLink(system.access, 'https://shop.example/?utm_source=mail')
  const { page, dialog, faults } = await openComposer(`/links/${link.id}`)
  const source = dialog.getByLabel('utm_source')
  await source.press('ControlOrMeta+a')
  await source.press('Delete')
  await page.keyboard.type('print')
  expect(await source.inputValue()).toBe('print')
  expect(faults()).toEqual([])
})
