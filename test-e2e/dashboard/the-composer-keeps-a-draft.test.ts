// What somebody typed is kept, whoever else edits the link and whatever is refused, and becomes one link.
import { afterAll, beforeAll, expect, jest } from '@jest/globals'
import { problem } from '@sleepwell/contracts/problem'
import { clientOf, createLink, until } from '../api.ts'
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

/** What Chromium itself says of an answer that is a refusal. */
const refusals = /answered (?:409|412|422)|status of (?:409|412|422)/u

test('a refusal is told in words at its field, in a section that was closed too', async () => {
  const { page, dialog } = await openComposer('/links', { expected: refusals })
  await dialog.getByRole('textbox', { name: 'Destination' }).fill('https://shop.example/refused')
  const section = (name: string) => dialog.locator('summary', { hasText: name })
  const create = dialog.getByRole('button', { name: 'Create link' })
  await section('Redirect').click()
  const cache = dialog.getByLabel('Cache, seconds')
  await cache.fill('99999999')
  await section('Redirect').click()
  await create.click()
  await dialog.getByText('A whole number from 0 to 86,400, which is a day.').waitFor()
  expect(await cache.evaluate((field) => field.matches(':focus'))).toBe(true)

  await cache.fill('0')
  await section('Social preview').click()
  const image = dialog.getByLabel('Image')
  await image.fill('no address')
  await section('Social preview').click()
  await create.click()
  await dialog.getByText('This is no address. It begins with https:// or http://.').waitFor()
  expect(await image.evaluate((field) => field.matches(':focus'))).toBe(true)
  expect(await dialog.locator('[aria-invalid]').count()).toBe(1)

  await image.fill('')
  await page.route('**/api/links/v1/links', (route) =>
    route.fulfill({
      status: 422,
      contentType: 'application/problem+json',
      json: problem('invalid_body', { errors: [{ pointer: '/externalId', message: 'no' }] }),
    }),
  )
  await create.click()
  const note = dialog.getByRole('alert').filter({ hasText: 'It was not saved' })
  await note.waitFor()
  const inSight = () =>
    note.evaluate((element) => {
      const { x, y } = element.getBoundingClientRect()
      return element.contains(element.ownerDocument.elementFromPoint(x + 20, y + 5))
    })
  await until(inSight, (is) => is)
})

test('a draft is one link, however often it is sent', async () => {
  const made = async () =>
    await system.query('links', `select 1 from links where destination like '%/once%'`)
  const { page, dialog, faults } = await openComposer('/links', { expected: /503/u })
  await dialog.getByRole('textbox', { name: 'Destination' }).fill('https://shop.example/once')
  // It is made, but nobody is told.
  await page.route('**/api/links/v1/links', async (route) => {
    await route.fetch()
    await route.fulfill({
      status: 503,
      contentType: 'application/problem+json',
      json: problem('unavailable'),
    })
  })
  const create = dialog.getByRole('button', { name: 'Create link' })
  await create.click()
  await dialog.getByText('It was not saved').waitFor()
  expect(await made()).toHaveLength(1)
  await page.unroute('**/api/links/v1/links')
  await create.evaluate((button) => {
    for (let n = 0; n < 3; n++) (button as unknown as { click: () => void }).click()
  })
  await page.getByRole('heading', { level: 1 }).filter({ hasNotText: 'Links' }).waitFor()
  expect(await made()).toHaveLength(1)
  expect(await page.locator('.toast').count()).toBe(1)
  expect(faults()).toEqual([])
})

test('an edit that somebody else was faster than keeps what both have typed', async () => {
  const client = clientOf(system.access)
  const link = await createLink(system.access, 'https://shop.example/both', {
    title: 'Before',
    tags: ['letter'],
  })
  const { dialog, page } = await openComposer(`/links/${link.id}`, { expected: refusals })
  await dialog.getByLabel('Title', { exact: true }).fill('Mine')
  await dialog.getByLabel('Tags').fill('letter, mine')
  const theirs = { title: 'Theirs', tags: ['letter', 'theirs'], notes: 'Theirs' }
  await client.updateLink(link.id, theirs, { ifMatch: link })
  const save = dialog.getByRole('button', { name: 'Save' })
  await save.click()
  const note = dialog.getByRole('alert')
  await note.getByText('changed this link meanwhile: Title, Tags, Notes.').waitFor()
  await note.getByText('Title: theirs is “Theirs”. Saving replaces it with yours.').waitFor()
  expect(await dialog.getByLabel('Title', { exact: true }).inputValue()).toBe('Mine')
  expect(await client.findLink(link.id)).toMatchObject(theirs)

  await save.click()
  await page.locator('.toast', { hasText: 'Saved.' }).waitFor()
  expect(await client.findLink(link.id)).toMatchObject({
    title: 'Mine',
    tags: ['letter', 'theirs', 'mine'],
    notes: 'Theirs',
    version: 3,
  })
})

test('a slug that nobody answers for is said to be unknown, and one that cannot be has no QR code', async () => {
  const { page, dialog, faults } = await openComposer('/links')
  const slug = dialog.getByLabel('Short link')
  const code = dialog.getByRole('img', { name: /^QR code/u })
  await slug.fill('spring')
  await dialog.getByText('Free.').waitFor()
  await code.waitFor()
  await slug.fill('-spring!')
  await code.waitFor({ state: 'detached' })
  await page.route('**/v1/slug-check*', () => {
    // Never answered.
  })
  await slug.fill('summer')
  await dialog.getByText('Whether it is free could not be asked.').waitFor()
  expect(faults()).toEqual([])
})
