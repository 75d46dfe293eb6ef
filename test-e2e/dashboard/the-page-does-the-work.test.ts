// Many links at once: they come by a file, are changed together, found again, and leave by a file.
import { afterAll, beforeAll, expect, jest } from '@jest/globals'
import type { Link } from '@sleepwell/contracts/link'
import { clientOf, createLink, follow, report, until } from '../api.ts'
import { startSystem, type System } from '../system.ts'
import { type Browser, openBrowser, type Visitor } from './browser.ts'
import { test } from './full-run.ts'
import { downloaded, listed } from './on-screen.ts'
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

interface Stored {
  readonly slug: string
  readonly tags: readonly string[]
  readonly archived: boolean
  readonly deleted: boolean
}

async function stored(like: string): Promise<Stored[]> {
  return await system.query<Stored>(
    'links',
    `select slug, tags, archived, deleted_at is not null as deleted from links where slug like $1 order by slug`,
    [like],
  )
}

async function importFile({ page }: Visitor, text: string): Promise<void> {
  await page.getByRole('button', { name: 'Import' }).click()
  const dialog = page.getByRole('dialog', { name: 'Import links' })
  const file = { name: 'links.csv', mimeType: 'text/csv', buffer: Buffer.from(text) }
  await dialog.getByLabel('CSV or NDJSON').setInputFiles(file)
  await dialog.getByRole('button', { name: 'Import' }).click()
  await dialog.getByText(/^Finished: /u).waitFor()
}

test('of a file the good rows become links, and the bad ones a file that can be mended and imported', async () => {
  const good = Array.from(
    { length: 500 },
    (_, i) => `https://shop.example/${i},in-${i},Number ${i}`,
  )
  const bad = ['no address,in-bad,"Two, ""quoted"""', 'https://shop.example/,in-7,Seven again']
  const visitor = await open('/links')
  const { page, faults } = visitor
  await importFile(visitor, ['destination,slug,title', ...good, ...bad].join('\n'))
  const dialog = page.getByRole('dialog', { name: 'Import links' })
  await dialog.getByText('Finished: 500 links.').waitFor()
  await dialog.getByText('502 of 502 rows').waitFor()
  const progress = dialog.getByRole('progressbar', { name: 'Rows done' })
  expect([await progress.getAttribute('value'), await progress.getAttribute('max')]).toEqual([
    '502',
    '502',
  ])
  expect((await stored('in-%')).length).toBe(500)

  await dialog.getByText('2 rows could not be imported.').waitFor()
  const { name, text } = await downloaded(page, () =>
    dialog.getByRole('button', { name: 'File of errors' }).click(),
  )
  expect(name).toBe('import-errors.csv')
  const lines = text.replace('\uFEFF', '').trimEnd().split('\r\n').toSorted()
  expect(lines).toEqual([
    expect.stringMatching(/^501,destination_invalid,.*,in-bad,"Two, ""quoted""",no address$/u),
    expect.stringMatching(/^502,slug_taken,.*,in-7,Seven again,https:\/\/shop\.example\/$/u),
    'row,code,reason,slug,title,destination',
  ])
  await dialog.getByRole('button', { name: 'Done' }).click()
  await until(
    () => page.locator('[data-count="links"]').textContent(),
    (count) => count === '500',
  )

  const mended = text.replace('no address', 'https://shop.example/two').replace('in-7', 'in-seven')
  await importFile(visitor, mended)
  await dialog.getByText('Finished: 2 links.').waitFor()
  const [two] = await system.query<{ title: string }>(
    'links',
    `select title from links where slug = 'in-bad'`,
  )
  expect(two?.title).toBe('Two, "quoted"')
  expect(faults()).toEqual([])
})

test('an import is in the URL: after a reload, back, forward, and for somebody else', async () => {
  const visitor = await open('/links')
  const { page, faults } = visitor
  await importFile(visitor, 'destination,slug\nhttps://shop.example/,kept\nno address,lost')
  const dialog = page.getByRole('dialog', { name: 'Import links' })
  const told = async (of: typeof dialog) => {
    await of.getByText('Finished: 1 link.').waitFor()
    await of.getByText('1 row could not be imported.').waitFor()
  }
  await page.reload()
  await told(dialog)
  const { pathname, search } = new URL(page.url())
  await dialog.getByRole('button', { name: 'Done' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.goBack()
  await told(dialog)
  await page.goBack()
  await dialog.waitFor({ state: 'detached' })
  const other = await open(pathname + search)
  await told(other.page.getByRole('dialog', { name: 'Import links' }))
  expect([...faults(), ...other.faults()]).toEqual([])
})

test('what is picked is tagged, archived, deleted and restored; nothing else is', async () => {
  const links: Link[] = []
  for (const name of ['a', 'b', 'c', 'd'])
    links.push(
      await createLink(system.access, 'https://shop.example/', {
        slug: `many-${name}`,
        tags: ['many'],
      }),
    )
  const { page, faults } = await open('/links?tag=many')
  const pick = async (...slugs: string[]) => {
    for (const slug of slugs) await page.getByRole('checkbox', { name: `Pick ${slug}` }).check()
  }
  const bar = page.getByRole('group', { name: 'What to do with the picked links' })
  const shelf = (name: string) =>
    page.getByRole('navigation', { name: 'Which links' }).getByRole('link', { name }).click()
  const say = (text: string) => page.locator('.toast', { hasText: text }).waitFor()

  await pick('many-a', 'many-b', 'many-c')
  await bar.getByLabel('Tags, separated by commas').fill('autumn, letter')
  await bar.getByRole('button', { name: 'Add' }).click()
  await say('3 links tagged.')
  expect((await stored('many-%')).map(({ tags }) => tags)).toEqual([
    ...Array.from({ length: 3 }, () => ['many', 'autumn', 'letter']),
    ['many'],
  ])

  await pick('many-a', 'many-b')
  await bar.getByRole('button', { name: 'Archive' }).click()
  await say('2 links archived.')
  await listed(page, 'many-d', 'many-c')
  await shelf('Archived')
  await listed(page, 'many-b', 'many-a')

  await pick('many-a')
  await bar.getByRole('button', { name: 'Delete' }).click()
  await bar.getByRole('button', { name: 'Really delete 1 link' }).click()
  await say('1 link deleted.')
  expect(await stored('many-%')).toMatchObject([
    { slug: 'many-a', archived: true, deleted: true },
    { slug: 'many-b', archived: true, deleted: false },
    { slug: 'many-c', archived: false, deleted: false },
    { slug: 'many-d', archived: false, deleted: false },
  ])
  const first = links[0]?.shortLink ?? ''
  await until(
    () => follow(first),
    ({ status }) => status === 410,
  )

  await shelf('Deleted')
  await listed(page, 'many-a')
  await pick('many-a')
  await bar.getByRole('button', { name: 'Restore' }).click()
  await say('1 link restored.')
  await until(
    () => follow(first),
    ({ status }) => status === 302,
  )
  expect(faults()).toEqual([])
})

test('whoever leaves while typing takes no search along', async () => {
  const { page, faults } = await open('/links')
  await page.getByRole('searchbox', { name: 'Search links' }).fill('half a wo')
  await page.getByRole('link', { name: 'Live' }).click()
  await page.getByRole('heading', { name: 'Live' }).waitFor()
  await page.waitForTimeout(500)
  expect(new URL(page.url()).search).toBe('')
  expect(faults()).toEqual([])
})

test('settings give away everything: links as both kinds of file, and clicks', async () => {
  const link = await createLink(system.access, 'https://shop.example/out', { archived: true })
  for (let n = 0; n < 5; n++) await follow(link.shortLink)
  await until(
    () => report(system.access, 'groupBy=total'),
    ({ totals }) => totals.total > 4,
  )
  const client = clientOf(system.access)
  const { page, faults } = await open('/settings')
  const take = (name: string) => downloaded(page, () => page.getByRole('link', { name }).click())
  for (const format of ['csv', 'ndjson'] as const) {
    const { name, text } = await take(`Links as ${format.toUpperCase()}`)
    expect(name).toBe(`links.${format}`)
    expect(text).toBe(await (await client.exportLinks({ format })).text())
    expect(text).toContain(link.shortLink)
  }
  const [living] = await system.query<{ n: number }>(
    'links',
    `select count(*)::int as n from links where owner_id = 'me' and deleted_at is null and alias_of is null`,
  )
  const lines = (text: string) => text.trimEnd().split('\n').length
  expect(lines((await take('Links as NDJSON')).text)).toBe(living?.n)

  const [clicks] = await system.query<{ n: number }>(
    'analytics',
    `select count(*)::int as n from clicks where owner_id = 'me'`,
  )
  const file = await take('Clicks as CSV')
  expect(file.name).toBe('clicks.csv')
  expect(lines(file.text) - 1).toBe(clicks?.n)
  expect(file.text.split(link.id).length - 1).toBe(5)
  expect(faults()).toEqual([])
})
