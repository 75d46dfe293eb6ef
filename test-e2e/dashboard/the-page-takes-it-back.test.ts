// Keys that are given out and taken away, and links that are again what they were.
import { afterAll, beforeAll, expect, jest } from '@jest/globals'
import { call, clientOf, createLink, follow, until } from '../api.ts'
import { startSystem, type System } from '../system.ts'
import { type Browser, openBrowser, type Visitor } from './browser.ts'
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

const open = (path: string): Promise<Visitor> => openSignedIn(browser, system, path)

/** Of link-write and of analytics to whoever has this secret. */
async function answersTo(apiKey: string): Promise<number[]> {
  const { linkWrite, analytics } = system.access
  const urls = [`${linkWrite}/v1/links`, `${analytics}/v1/reports/clicks`]
  const answers = await Promise.all(urls.map((url) => call({ apiKey }, 'GET', url)))
  return answers.map(({ status }) => status)
}

const untilAnswers = (apiKey: string, wanted: number) =>
  until(
    () => answersTo(apiKey),
    (statuses) => statuses.every((status) => status === wanted),
  )

test('a key opens what it was made for, its old secret nothing after a rotation, and none after it was revoked', async () => {
  const { page, faults } = await open('/keys')
  const takeSecret = async () => {
    const dialog = page.getByRole('dialog', { name: 'The secret of ci' })
    const secret = (await dialog.locator('.secret').textContent()) ?? ''
    await dialog.getByRole('button', { name: 'I have it' }).click()
    return secret
  }
  await page.getByRole('button', { name: 'Create key' }).click()
  const create = page.getByRole('dialog', { name: 'Create an API key' })
  await create.getByLabel('Name').fill('ci')
  await create.getByRole('button', { name: 'Create key' }).click()
  const first = await takeSecret()
  await untilAnswers(first, 200)
  const own = await clientOf({ ...system.access, apiKey: first }).findOwnKey()
  expect([own.name, own.scopes]).toEqual(['ci', ['links:read', 'reports:read']])
  const { linkWrite } = system.access
  const writing = { destination: 'https://shop.example/' }
  const refused = await call({ apiKey: first }, 'POST', `${linkWrite}/v1/links`, writing)
  expect(refused.status).toBe(403)

  const row = page.locator(`tr[data-key="${own.id}"]`)
  await row.getByText('Active').waitFor()
  await row.getByRole('button', { name: 'Rotate' }).click()
  const rotate = page.getByRole('dialog', { name: 'Rotate ci' })
  await rotate.getByLabel('When').selectOption('at once')
  await rotate.getByRole('button', { name: 'Rotate' }).click()
  const second = await takeSecret()
  expect(second).not.toBe(first)
  await untilAnswers(second, 200)
  await untilAnswers(first, 401)

  await row.getByRole('button', { name: 'Revoke' }).click()
  const revoke = page.getByRole('dialog', { name: 'Revoke ci?' })
  await revoke.getByRole('button', { name: 'Revoke for good' }).click()
  await row.getByText('Revoked').waitFor()
  expect(await row.getByRole('button').count()).toBe(0)
  await untilAnswers(second, 401)
  const { revokedAt } = await clientOf(system.access).findKey(own.id)
  expect(revokedAt).not.toBeNull()
  expect(await page.content()).not.toContain(second)
  expect(faults()).toEqual([])
})

test('history shows what each change did, and an earlier version leads visitors again', async () => {
  const client = clientOf(system.access)
  const made = await createLink(system.access, 'https://shop.example/spring', {
    slug: 'changing',
    title: 'Spring',
    tags: ['letter'],
  })
  const edited = await client.updateLink(
    made.id,
    { destination: 'https://shop.example/summer', tags: ['letter', 'summer'] },
    { ifMatch: made },
  )
  await client.updateLink(made.id, { title: null }, { ifMatch: edited })
  const { page, faults } = await open(`/links/${made.id}`)
  const entries = page.getByRole('region', { name: 'History' }).getByRole('listitem')
  await entries.nth(2).waitFor()
  /** Field, and what it was and is. */
  const changesIn = async (n: number): Promise<Record<string, readonly (string | null)[]>> => {
    const changes = await entries
      .nth(n)
      .locator('.diff > div')
      .evaluateAll((all) =>
        all.map((change) =>
          ['dt', 'del', 'ins'].map((tag) => change.querySelector(tag)?.textContent ?? null),
        ),
      )
    return Object.fromEntries(changes.map(([field, ...values]) => [field, values]))
  }
  expect(await changesIn(0)).toEqual({ title: ['Spring', '(nothing)'] })
  expect(await changesIn(1)).toEqual({
    destination: ['https://shop.example/spring', 'https://shop.example/summer'],
    tags: ['letter', 'letter, summer'],
  })
  expect(await entries.nth(2).getByText('Created').isVisible()).toBe(true)
  expect(await entries.nth(0).getByRole('button').count()).toBe(0)

  await entries.nth(2).getByRole('button', { name: 'Restore version 1' }).click()
  await page.locator('.toast', { hasText: 'It is as in version 1 again.' }).waitFor()
  await entries.nth(3).waitFor()
  const { destination, title, tags, version } = await client.findLink(made.id)
  expect({ destination, title, tags, version }).toEqual({
    destination: made.destination,
    title: 'Spring',
    tags: ['letter'],
    version: 4,
  })
  const { entries: kept } = await client.listHistory(made.id)
  expect(await entries.count()).toBe(kept.length)
  const fields = kept[0]?.changes.map(({ field }) => field) ?? []
  expect(new Set(Object.keys(await changesIn(0)))).toEqual(new Set(fields))
  await until(
    () => follow(made.shortLink),
    ({ location }) => location === made.destination,
  )
  expect(faults()).toEqual([])
})

test('a link that was deleted says so at its address, and is restored there', async () => {
  const client = clientOf(system.access)
  const made = await createLink(system.access, 'https://shop.example/gone', { slug: 'gone-once' })
  await client.deleteLink(made.id, { ifMatch: made })
  const visitor = await openSignedIn(browser, system, '/links?shelf=deleted', {
    expected: /answered 404|status of 404/u,
  })
  const { page, faults } = visitor
  await page.getByRole('link', { name: 'gone-once' }).click()
  await page.getByText('This link was deleted').waitFor()
  await page.getByRole('heading', { level: 1, name: 'gone-once' }).waitFor()
  await page.getByRole('button', { name: 'Restore' }).click()
  await page.locator('.toast', { hasText: 'gone-once leads on again.' }).waitFor()
  await page.getByRole('region', { name: 'History' }).getByText('Restored').waitFor()
  expect(await client.findLink(made.id)).toMatchObject({ slug: 'gone-once', deletedAt: null })

  await page.goto('/links/01a0e3c4-5d1f-7c3a-9a55-3f1d2c0b7e11')
  await page.getByText('There is no such link').waitFor()
  expect(faults()).toEqual([])
})
