import { expect, test } from '@jest/globals'
import type { BulkResult } from '@sleepwell/contracts/bulk'
import { Link } from '@sleepwell/contracts/link'
import request from 'supertest'
import { bulk, codesOf, count, destination, openBulk } from './test-bulk.ts'

test('a thousand links are created in one call, with their changes, and are as if made one by one', async () => {
  await using world = await openBulk()
  const { api, acme, send } = world
  const one = {
    destination: 'https://example.com/a?b=%20c',
    title: `T "quoted" 'x' \\ é 🦊`,
    notes: 'two\nlines',
    tags: ['b', 'a'],
    externalId: 'e-1',
    archived: true,
    startsAt: '2030-01-01T00:00:00Z',
    expiresAt: '2040-01-01T00:00:00Z',
    maxClicks: 7,
    forwardQuery: true,
    redirectStatus: 307,
    expiredDestination: 'https://example.com/over',
    forwardPath: true,
    noindex: true,
    preview: { title: 'p', description: null, image: 'https://example.com/p.png' },
    utm: { source: 's' },
  }
  const links = [
    one,
    ...Array.from({ length: 998 }, (_, n) => ({ destination, slug: `s-${n}` })),
    { destination, slugLength: 9, slugPrefix: 'p-' },
  ]
  const { body } = await send('post', { links }).expect(200)
  expect(body).toMatchObject({ succeeded: 1000, failed: 0 })
  const results = (body as BulkResult).results
  expect(results.map(({ index }) => index)).toEqual(links.map((_, n) => n))
  expect(new Set(codesOf(body))).toEqual(new Set([201]))
  const first = Link.parse(results[0]?.link)
  const single = await acme.made({ ...one, externalId: 'e-2' })
  const own = { id: '', slug: '', shortLink: '', createdAt: '', updatedAt: '', externalId: '' }
  expect({ ...first, ...own }).toEqual({ ...single, ...own })
  expect((await acme.get(`/v1/links/${first.id}`)).body).toEqual(first)
  expect(results[999]?.link?.slug).toMatch(/^p-.{9}$/u)
  // Each is in the feed, and carries the position of its change.
  expect(await count(api, 'link_changes')).toBe(1001)
  expect(
    await count(
      api,
      'links join link_changes using (domain, slug) where links.position <> link_changes.position',
    ),
  ).toBe(0)
  expect(
    await count(
      api,
      `audit_log where action = 'created' and subject_kind = 'link' and key_id is not null`,
    ),
  ).toBe(1001)
})

test('best-effort: each item has the answer that it would have had alone', async () => {
  await using world = await openBulk()
  const { api, acme, send } = world
  await acme.made({ slug: 'taken', externalId: 'e' })
  const links = [
    { destination, slug: 'one' },
    { destination, slug: 'taken' },
    { destination, slug: 'one' },
    { destination: 'ftp://example.com/' },
    { destination, externalId: 'e' },
    { destination, slug: 'v1' },
    { slug: 'no-destination' },
    5,
    { destination, findIfExists: true },
    { destination, externalId: 'twin' },
    { destination, externalId: 'twin' },
    { destination, maxClicks: 1, cacheSeconds: 5 },
    { destination },
  ]
  const { body } = await send('post', { mode: 'best-effort', links }).expect(207)
  expect(codesOf(body)).toEqual([
    201,
    'slug_taken',
    'slug_taken',
    'destination_scheme',
    'external_id_taken',
    'slug_reserved',
    'invalid_body',
    'invalid_body',
    'invalid_body',
    201,
    'external_id_taken',
    'limited_link_cached',
    201,
  ])
  expect(body).toMatchObject({ succeeded: 3, failed: 10 })
  expect(body.results[3].problem).toMatchObject({
    status: 422,
    errors: [{ pointer: '/destination' }],
  })
  expect(await count(api)).toBe(4)
})

test('upsert: what is there is changed, what is not is made', async () => {
  await using world = await openBulk()
  const { acme, send } = world
  const there = await acme.made({ externalId: 'e', slug: 's', title: 't', notes: 'n' })
  await acme.made({ slug: 'taken' })
  const links = [
    { destination: 'https://example.com/2', externalId: 'e', title: null, utm: { source: 'x' } },
    { destination, externalId: 'f', domain: 'sho.rt' },
    { destination },
  ]
  const { body } = await send('post', { upsert: true, links }).expect(200)
  expect(codesOf(body)).toEqual([200, 201, 201])
  expect(body.results[0].link).toMatchObject({
    id: there.id,
    slug: 's',
    destination: 'https://example.com/2?utm_source=x',
    title: null,
    notes: 'n',
    version: 2,
  })
  const again = await send('post', {
    mode: 'best-effort',
    upsert: true,
    links: [
      { destination, externalId: 'e', slug: 'taken' },
      { destination, externalId: 'f', domain: 'go.example.com' },
    ],
  }).expect(207)
  expect(codesOf(again.body)).toEqual(['slug_taken', 'domain_fixed'])
  const moved = await send('post', {
    upsert: true,
    links: [{ destination, externalId: 'e', slug: 'new' }],
  })
  expect(moved.body.results[0].link).toMatchObject({ slug: 'new', aliases: ['s'], version: 3 })
  const creator = await world.api.bearer('acme', 'links:create')
  await request(world.api.origin)
    .post(bulk)
    .set({ Authorization: creator })
    .send({ upsert: true, links })
    .expect(403)
})

test('an Idempotency-Key covers the whole call', async () => {
  await using world = await openBulk()
  const { api, acme, send } = world
  const taken = await acme.made({ slug: 'taken' })
  const links = [
    { destination, slug: 'one' },
    { destination, slug: 'taken' },
  ]
  const headers = { 'Idempotency-Key': 'k' }
  // A refused call has no effect, so nothing is kept of it.
  await send('post', { links }, headers).expect(422)
  const body = { mode: 'best-effort', links }
  const first = await send('post', body, headers).expect(207)
  await acme.remove(taken.id)
  const again = await send('post', body, headers).expect(207)
  expect(again.headers['idempotency-replayed']).toBe('true')
  expect(again.text).toBe(first.text)
  expect(await count(api)).toBe(1)
  const other = await send('post', { mode: 'best-effort', links: links.slice(1) }, headers)
  expect(other.body.code).toBe('idempotency_key_reused')
})

test.each([
  ['no links', { links: [] }],
  ['too many', { links: Array.from({ length: 1001 }, () => ({ destination })) }],
  ['another mode', { mode: 'some', links: [{ destination }] }],
  ['an unknown field', { links: [{ destination }], dryRun: true }],
  ['no list', { links: { destination } }],
])('%s is refused whole', async (_what, body) => {
  await using world = await openBulk()
  const refused = await world.send('post', body).expect(422)
  expect(refused.body.code).toBe('invalid_body')
})

test('only these routes take long bodies', async () => {
  await using world = await openBulk()
  const { acme, send } = world
  const links = Array.from({ length: 1000 }, () => ({
    destination: `https://example.com/${'a'.repeat(1_900)}`,
    notes: 'n'.repeat(2_000),
  }))
  await send('post', { links }).expect(200)
  const long = { destination, notes: 'n'.repeat(17_000) }
  expect((await acme.post('/v1/links', long).expect(413)).body.code).toBe('body_too_large')
  const longer = { links: [{ destination, notes: 'n'.repeat(9_000_000) }] }
  expect((await send('post', longer)).body.code).toBe('body_too_large')
})

test('calls for the same slugs and the same links at once all end, and each link is made once', async () => {
  await using world = await openBulk()
  const { api, send } = world
  const slugs = Array.from({ length: 60 }, (_, n) => `s-${n}`)
  const shuffled = (n: number) => [...slugs.slice(n * 7), ...slugs.slice(0, n * 7)]
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      send('post', {
        mode: 'best-effort',
        links: shuffled(n).map((slug) => ({ destination, slug })),
      }),
    ),
  )
  const all = answers.flatMap(({ body }) => codesOf(body))
  expect(all.filter((code) => code === 201)).toHaveLength(60)
  expect(all.filter((code) => code === 'slug_taken')).toHaveLength(420)
  expect(await count(api)).toBe(60)
  const upserts = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      send('post', {
        upsert: true,
        links: shuffled(n).map((externalId) => ({ destination, externalId })),
      }),
    ),
  )
  const made = upserts.flatMap(({ body }) => codesOf(body))
  expect(made.filter((code) => code === 201)).toHaveLength(60)
  expect(made.filter((code) => code === 200)).toHaveLength(420)
  expect(await count(api)).toBe(120)
})
