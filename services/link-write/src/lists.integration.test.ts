import { expect, test } from '@jest/globals'
import type { Link } from '@sleepwell/contracts/link'
import type request from 'supertest'
import { openOwner, ownerOf, type TestOwner, walk } from './test-owner.ts'

const all = (slugs: readonly string[]) => slugs.toSorted()

test('a search looks at slug, former slug, destination, title, tags and externalId, in any case', async () => {
  await using world = await openOwner()
  const { acme } = world
  await acme.made({ slug: 'Needle1' })
  await acme.made({ slug: 'b', destination: 'https://example.com/x-needle' })
  await acme.made({ slug: 'c', title: 'Über NEEDLE' })
  await acme.made({ slug: 'd', tags: ['first', 'needles'] })
  await acme.made({ slug: 'e', externalId: 'crm:needle' })
  const { id } = await acme.made({ slug: 'needle-f' })
  await acme.patch(id, { slug: 'f' })
  await acme.made({ slug: 'g', notes: 'needle', title: 'nee', tags: ['dle'] })
  expect(all(await acme.slugs('search=needle'))).toEqual(['Needle1', 'b', 'c', 'd', 'e', 'f'])
  expect(all(await acme.slugs('search=NEEDLE1'))).toEqual(['Needle1'])
  expect(await acme.slugs(`search=${encodeURIComponent('über')}`)).toEqual(['c'])
  expect(await acme.slugs('search=x')).toHaveLength(7)
  expect(await acme.slugs('search=nothing')).toEqual([])
  // What was changed is looked at as it is now.
  await acme.patch(id, { title: 'other' })
  expect(await acme.slugs('search=other')).toEqual(['f'])
})

test('what means something to the database means nothing in a search', async () => {
  await using world = await openOwner()
  const { acme } = world
  const titles = ['100% of it', 'a_b', 'back\\slash', `quote'"`, 'plain']
  for (const title of titles) await acme.made({ title })
  for (const [search, found] of [
    ['%', 1],
    ['_', 1],
    ['\\', 1],
    ['0% o', 1],
    [`'`, 1],
    ['a_', 1],
    ['k\\s', 1],
    ['p%n', 0],
  ] as const)
    expect([search, (await acme.slugs(`search=${encodeURIComponent(search)}`)).length]).toEqual([
      search,
      found,
    ])
})

test('links are found by tags, domain, times and expiry, all of which have to hold; a count says how many', async () => {
  await using world = await openOwner()
  const { acme, api } = world
  await acme.made({ slug: 'a', tags: ['x', 'y'] })
  await acme.made({ slug: 'b', tags: ['x'], domain: 'sho.rt' })
  await acme.made({ slug: 'c', tags: ['y'], expiresAt: '2099-01-01T00:00:00Z' })
  await acme.made({ slug: 'd', archived: true, tags: ['x'] })
  await api.database.asOwner(`
    update links set created_at = '2026-01-01T00:00:00Z' where slug = 'a';
    update links set created_at = '2026-01-02T00:00:00Z' where slug = 'b';
    update links set expires_at = now() - interval '1 hour' where slug = 'b'`)
  const rival = await ownerOf(api, 'rival')
  await rival.made({ tags: ['x'] })
  for (const [query, slugs] of [
    ['', ['a', 'b', 'c']],
    ['tag=x', ['a', 'b']],
    ['tag=x,y', ['a']],
    ['tag=z', []],
    ['domain=sho.rt', ['b']],
    ['domain=GO.example.com', ['a', 'c']],
    ['archived=true', ['d']],
    ['archived=all&tag=x', ['a', 'b', 'd']],
    ['expired=true', ['b']],
    ['expired=false', ['a', 'c']],
    ['createdFrom=2026-01-01T01:00:00%2B01:00&createdTo=2026-01-02T00:00:00Z', ['a']],
    ['createdFrom=2026-01-02T00:00:00Z', ['b', 'c']],
    ['createdTo=2026-01-01T03:00:00-20:33', ['a']],
    ['tag=x&domain=sho.rt&expired=true&search=example', ['b']],
    ['deleted=true', []],
  ] as const) {
    expect([query, all(await acme.slugs(query))]).toEqual([query, slugs])
    const { body } = await acme.get(`/v1/links/count?${query}`).expect(200)
    expect([query, body]).toEqual([query, { count: slugs.length }])
  }
})

test('a parameter that means nothing is refused', async () => {
  await using world = await openOwner()
  const { acme } = world
  for (const [query, code] of [
    ['archived=maybe', 'parameter_invalid'],
    ['deleted=1', 'parameter_invalid'],
    ['search=', 'parameter_invalid'],
    ['tag=a,,b', 'parameter_invalid'],
    ['id=a', 'parameter_invalid'],
    [`id=${crypto.randomUUID()},`, 'parameter_invalid'],
    [`id=${Array.from({ length: 101 }, () => crypto.randomUUID()).join()}`, 'parameter_invalid'],
    ['createdFrom=yesterday', 'parameter_invalid'],
    ['createdFrom=0000-12-31T00:00:00Z', 'parameter_invalid'],
    ['sort=title', 'parameter_invalid'],
    ['order=up', 'parameter_invalid'],
    ['limit=0', 'parameter_invalid'],
    ['limit=101', 'parameter_invalid'],
    ['domain=evil.example', 'domain_unknown'],
    ['tags=a', 'unknown_parameter'],
    ['cursor=x', 'bad_cursor'],
  ] as const)
    expect([query, (await acme.get(`/v1/links?${query}`)).body.code]).toEqual([query, code])
  expect((await acme.get('/v1/links/count?limit=5')).body.code).toBe('unknown_parameter')
})

test('each order shows every link once, page after page', async () => {
  await using world = await openOwner()
  const { acme, api } = world
  await api.postgres.query(`
    insert into links (id, owner_id, domain, slug, destination, created_at, updated_at, tags)
    select gen_random_uuid(), 'acme', case when n % 2 = 0 then '@' else 'sho.rt' end,
      'S' || (n / 2), 'https://example.com/',
      timestamptz '2026-01-01T00:00:00.123456Z' + (n / 3) * interval '1 microsecond',
      timestamptz '2026-01-01T00:00:00.123456Z' - (n / 4) * interval '1 microsecond', '{t}'
    from generate_series(0, 39) n`)
  for (const [sort, column] of [
    ['createdAt', 'created_at'],
    ['updatedAt', 'updated_at'],
    ['slug', 'slug collate "C"'],
  ] as const)
    for (const order of ['asc', 'desc'] as const) {
      const { rows } = await api.postgres.query<{ slug: string }>(
        `select slug from links order by ${column} ${order}, id ${order}`,
      )
      const expected = rows.map(({ slug }) => slug)
      const walked = await walk(acme, `limit=7&sort=${sort}&order=${order}&tag=t`)
      expect([sort, order, walked]).toEqual([sort, order, expected])
    }
  expect(await acme.slugs('limit=1&sort=slug')).toEqual(['S0'])
  expect(await acme.slugs('limit=1&sort=updatedAt')).toHaveLength(1)
})

test('a cursor is for the list, the filter, the order and the owner that it was made for', async () => {
  await using world = await openOwner()
  const { acme, api } = world
  const rival = await ownerOf(api, 'rival')
  for (let n = 0; n < 3; n++) {
    await acme.made({ tags: ['t', `u${n}`] })
    await rival.made({ tags: ['t', `u${n}`] })
  }
  const { body } = await acme.get('/v1/links?limit=1&tag=t').expect(200)
  const cursor = String(body.nextCursor)
  const code = async (owner: TestOwner, path: string) =>
    (await owner.get(`${path}&cursor=${cursor}`)).body.code
  expect(await code(acme, '/v1/links?limit=2&tag=t')).toBeUndefined()
  for (const query of [
    'limit=1',
    'tag=t,t',
    'tag=t&order=asc',
    'tag=t&sort=slug',
    'tag=t&search=a',
  ])
    expect([query, await code(acme, `/v1/links?${query}`)]).toEqual([query, 'bad_cursor'])
  expect(await code(acme, '/v1/tags?limit=1')).toBe('bad_cursor')
  expect(await code(rival, '/v1/links?limit=1&tag=t')).toBe('bad_cursor')
})

test('the Link header leads to the next page with all that was asked for', async () => {
  await using world = await openOwner()
  const { acme } = world
  for (const slug of ['a', 'b', 'c']) await acme.made({ slug, title: 'ö & co' })
  let path: string | undefined =
    `/v1/links?limit=2&sort=slug&search=${encodeURIComponent('ö & CO')}`
  const seen: string[] = []
  while (path !== undefined) {
    const { body, headers }: request.Response = await acme.get(path).expect(200)
    seen.push(...(body.links as Link[]).map(({ slug }) => slug))
    path = /^<(.+)>; rel="next"$/u.exec(headers['link'] ?? '')?.[1]
  }
  expect(seen).toEqual(['a', 'b', 'c'])
})

test('tags are listed with how many links a list by them would show', async () => {
  await using world = await openOwner()
  const { acme, api } = world
  await acme.made({ tags: ['b', 'a'] })
  await acme.made({ tags: ['b', 'é'] })
  await acme.made({ tags: ['b', 'z'], archived: true })
  const gone = await acme.made({ tags: ['gone'] })
  await acme.remove(gone.id)
  await (await ownerOf(api, 'rival')).made({ tags: ['theirs'] })
  const { body } = await acme.get('/v1/tags').expect(200)
  const tags = [
    { tag: 'a', links: 1 },
    { tag: 'b', links: 2 },
    { tag: 'é', links: 1 },
  ]
  expect(body).toEqual({ tags, nextCursor: null })
  const first = await acme.get('/v1/tags?limit=2').expect(200)
  expect(first.body.tags).toEqual(tags.slice(0, 2))
  const second = await acme.get(`/v1/tags?limit=2&cursor=${first.body.nextCursor}`).expect(200)
  expect(second.body).toEqual({ tags: tags.slice(2), nextCursor: null })
})

test('a search that would take too long is given up, and says so', async () => {
  await using world = await openOwner({ lookingThrough: { atOnce: 1, waiting: 0, limitMs: 50 } })
  const { acme, api } = world
  await acme.made({ title: 'slow' })
  await api.database.asOwner(`
    create or replace function search_form(text) returns text language sql volatile strict
      as $$ select pg_sleep(30); select $1 $$`)
  const { body } = await acme.get('/v1/links?search=slow').expect(422)
  expect(body.code).toBe('query_too_broad')
  expect(await acme.slugs('')).toHaveLength(1)
})

test('a search may take longer than a write', async () => {
  await using world = await openOwner({ timeoutMs: 500 })
  const { acme, api } = world
  await acme.made({ title: 'slow', slug: 'slow' })
  await api.database.asOwner(`
    create or replace function search_form(text) returns text language sql volatile strict
      as $$ select pg_sleep(1); select $1 $$`)
  expect(await acme.slugs('search=slow')).toEqual(['slow'])
})
