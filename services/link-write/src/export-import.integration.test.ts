import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import type { Scope } from '@sleepwell/contracts/api-key'
import type { Link } from '@sleepwell/contracts/link'
import request from 'supertest'
import { openTestApi } from './test-api.ts'
import { csv, importerOf, ndjson, runningOn } from './test-jobs.ts'
import type { TestApi } from './test-owner.ts'

jest.setTimeout(120_000)

let api: TestApi
beforeAll(async () => {
  api = await openTestApi()
})
afterAll(() => api[Symbol.asyncDispose]())

/** An owner of their own, so that tests do not see each other's links. */
const importer = (ownerId: string, ...scopes: Scope[]) => importerOf(api, ownerId, ...scopes)
const running = () => runningOn(api)

const everything = [
  { slug: 'all-1', destination: 'https://example.com/?utm_source=x&a=%20b', utm: { term: 't' } },
  {
    slug: 'all-2',
    externalId: '=crm,"7"',
    title: `'=1+1`,
    notes: 'line\r\nline "quoted", é 🦊\n\tend',
    tags: ['a,b', 'c\\d', '=x', "'y"],
    archived: true,
    startsAt: '2030-01-01T00:00:00.500Z',
    expiresAt: '2040-01-01T00:00:00.000Z',
    maxClicks: 7,
    forwardQuery: true,
    forwardPath: true,
    redirectStatus: 308,
    expiredDestination: 'https://example.com/over,there',
    noindex: true,
    preview: { title: '@home', description: null, image: 'https://example.com/p.png' },
  },
  { slug: 'all-3', title: '', notes: '', cacheSeconds: 60, domain: 'sho.rt' },
  { slug: 'all-4', destination: `https://example.com/${'é'.repeat(1_300)}` },
  { slug: 'all-5' },
]

test.each([
  ['csv', csv],
  ['ndjson', ndjson],
] as const)('what is exported as %s is imported as it was', async (format, type) => {
  const acme = await importer(`round ${format}`)
  const Authorization = await api.bearer(`round ${format}`)
  const to = request(api.origin)
  for (const body of everything)
    await to
      .post('/v1/links')
      .set({ Authorization })
      .send({ destination: 'https://example.com/', ...body })
      .expect(201)
  const last = (await acme.links())[0]
  await to
    .patch(`/v1/links/${last?.id}`)
    .set({ Authorization, 'If-Match': '*' })
    .send({ slug: 'all-6' })
    .expect(200)
  await api.database.asOwner(
    `update links set expires_at = now() - interval '1 day' where slug = 'all-3'`,
  )
  const before = await acme.links()
  const file = await acme.exported(format)
  for (const { id } of before) await to.delete(`/v1/links/${id}`).set({ Authorization }).expect(204)
  await using _ = running()
  const id = await acme.begun(type, file)
  expect(await acme.finished(id)).toMatchObject({ rows: 5, done: 5, failed: 0 })
  const own = { id: '', version: 0, updatedAt: '' }
  const after = await acme.links()
  const inOrder = (links: readonly Link[]) =>
    links.map((link) => ({ ...link, ...own })).toSorted((a, b) => (a.slug < b.slug ? -1 : 1))
  expect(inOrder(after)).toEqual(inOrder(before))
  // The next test has the same slugs.
  for (const { id } of after) await to.delete(`/v1/links/${id}`).set({ Authorization }).expect(204)
})

test('an export has every link once, oldest first, however many', async () => {
  await api.database.asOwner(`
    insert into links (id, owner_id, domain, slug, destination, archived)
    select gen_random_uuid(), 'many', '@', 'many-' || n, 'https://example.com/', n % 2 = 0
    from generate_series(1, 1234) n;
    insert into links (id, owner_id, domain, slug, destination, deleted_at)
    values (gen_random_uuid(), 'many', '@', 'many-gone', 'https://example.com/', now())`)
  const acme = await importer('many')
  const lines = (await acme.exported('ndjson')).trimEnd().split('\n')
  const slugs = lines.map((line) => (JSON.parse(line) as Link).slug)
  expect(slugs).toHaveLength(1234)
  expect(new Set(slugs).size).toBe(1234)
  const rows = (await acme.exported('csv')).trimEnd().split('\r\n')
  expect(rows).toHaveLength(1235)
  const nobody = await importer('nobody')
  expect(await nobody.exported('ndjson')).toBe('')
  expect((await nobody.exported('csv')).trimEnd().split('\r\n')).toHaveLength(1)
})
