import { expect, test } from '@jest/globals'
import { Link } from '@sleepwell/contracts/link'
import { type LinkPage } from '@sleepwell/contracts/link-page'
import request from 'supertest'
import { openTestApi } from './test-api.ts'

const destination = 'https://example.com/spring'

test('a link is created, read, changed and deleted', async () => {
  await using api = await openTestApi()
  const Authorization = await api.bearer('acme', 'links:create', 'links:read', 'links:write')

  const created = await request(api.origin)
    .post('/v1/links')
    .set({ Authorization })
    .send({
      destination: 'HTTPS://Example.com/spring',
      slug: 'spring',
      title: 'Spring',
      tags: ['a'],
    })
    .expect(201)
  const link = Link.parse(created.body)
  expect(link).toMatchObject({
    slug: 'spring',
    domain: 'go.example.com',
    shortLink: 'https://go.example.com/spring',
    destination,
    title: 'Spring',
    tags: ['a'],
    expiresAt: null,
    version: 1,
  })
  expect(created.headers.etag).toBe('"1"')
  expect(created.headers.location).toBe(`/v1/links/${link.id}`)

  const path = `/v1/links/${link.id}`
  const read = await request(api.origin).get(path).set({ Authorization }).expect(200)
  expect(read.body).toEqual(link)
  expect(read.headers.etag).toBe('"1"')
  await request(api.origin).get(path).set({ Authorization, 'If-None-Match': '"1"' }).expect(304)

  const changed = await request(api.origin)
    .patch(path)
    .set({ Authorization, 'If-Match': '"1"' })
    .send({ destination: 'https://example.com/summer', title: null })
    .expect(200)
  expect(changed.headers.etag).toBe('"2"')
  expect(changed.body).toMatchObject({
    destination: 'https://example.com/summer',
    title: null,
    tags: ['a'],
    version: 2,
  })
  await request(api.origin).get(path).set({ Authorization, 'If-None-Match': '"1"' }).expect(200)

  await request(api.origin).delete(path).set({ Authorization }).expect(204)
  await request(api.origin).get(path).set({ Authorization }).expect(404)
  const list = await request(api.origin).get('/v1/links').set({ Authorization }).expect(200)
  expect(list.body).toEqual({ links: [], nextCursor: null })
})

test('a slug is free again once its link is deleted', async () => {
  await using api = await openTestApi()
  const Authorization = await api.bearer('acme')
  const create = () =>
    request(api.origin)
      .post('/v1/links')
      .set({ Authorization })
      .send({ destination, slug: 'again' })
  const first = Link.parse((await create().expect(201)).body)
  expect((await create().expect(409)).body.code).toBe('slug_taken')
  await request(api.origin).delete(`/v1/links/${first.id}`).set({ Authorization }).expect(204)
  const second = Link.parse((await create().expect(201)).body)
  expect(second.id).not.toBe(first.id)
})

test('the same slug may live on two domains', async () => {
  await using api = await openTestApi()
  const Authorization = await api.bearer('acme')
  const on = (domain?: string) =>
    request(api.origin)
      .post('/v1/links')
      .set({ Authorization })
      .send({ destination, slug: 's', domain })
  await on().expect(201)
  const { body } = await on('SHO.RT.').expect(201)
  expect(body).toMatchObject({ domain: 'sho.rt', shortLink: 'https://sho.rt/s' })
  await on('sho.rt').expect(409)
})

test('of five hundred at once who want one slug, exactly one gets it', async () => {
  await using api = await openTestApi()
  const authorization = await api.bearer('acme')
  const answers = await Promise.all(
    Array.from({ length: 500 }, async (_, i) => {
      const answer = await fetch(`${api.origin}/v1/links`, {
        method: 'POST',
        headers: {
          authorization,
          'content-type': 'application/json',
          'idempotency-key': `try ${i}`,
        },
        body: JSON.stringify({ destination, slug: 'wanted' }),
      })
      const { code } = (await answer.json()) as { code?: string }
      return code ?? answer.status
    }),
  )
  expect(answers.filter((answer) => answer === 201)).toHaveLength(1)
  expect(answers.filter((answer) => answer === 'slug_taken')).toHaveLength(499)
})

test('a minted slug that is taken is minted again', async () => {
  const slugs = ['aaaaaaa', 'aaaaaaa', 'aaaaaaa', 'bbbbbbb']
  await using api = await openTestApi({ mintSlug: () => slugs.shift() ?? 'none' })
  const Authorization = await api.bearer('acme')
  const create = () =>
    request(api.origin).post('/v1/links').set({ Authorization }).send({ destination })
  expect((await create().expect(201)).body.slug).toBe('aaaaaaa')
  expect((await create().expect(201)).body.slug).toBe('bbbbbbb')
})

test('for another owner a link is not there, on any route', async () => {
  await using api = await openTestApi()
  const acme = await api.bearer('acme')
  const rival = await api.bearer('rival', 'links:create', 'links:read', 'links:write')
  const { body } = await request(api.origin)
    .post('/v1/links')
    .set({ Authorization: acme })
    .send({ destination, slug: 'ours' })
    .expect(201)
  const path = `/v1/links/${Link.parse(body).id}`
  const headers = { Authorization: rival, 'If-Match': '*' }
  for (const attempt of [
    request(api.origin).get(path).set(headers),
    request(api.origin).patch(path).set(headers).send({ title: 'mine now' }),
    request(api.origin).delete(path).set(headers),
  ])
    expect((await attempt.expect(404)).body.code).toBe('link_not_found')
  const list = await request(api.origin).get('/v1/links').set(headers).expect(200)
  expect(list.body.links).toEqual([])
  const still = await request(api.origin).get(path).set({ Authorization: acme }).expect(200)
  expect(still.body).toEqual(body)
})

test('an owner does not hide a taken slug from another', async () => {
  await using api = await openTestApi()
  const take = async (owner: string) =>
    request(api.origin)
      .post('/v1/links')
      .set({ Authorization: await api.bearer(owner) })
      .send({ destination, slug: 'one' })
  expect((await take('acme')).status).toBe(201)
  expect((await take('rival')).body.code).toBe('slug_taken')
})

test('pages show every link once, newest first, though many were made in one microsecond', async () => {
  await using api = await openTestApi()
  const Authorization = await api.bearer('acme')
  // Three to a microsecond, and microseconds that a Date would merge.
  await api.postgres.query(`
    insert into links (id, owner_id, domain, slug, destination, created_at)
    select gen_random_uuid(), 'acme', '@', 's' || n, 'https://example.com/',
      timestamptz '2026-01-01T00:00:00.123456Z' + (n / 3) * interval '1 microsecond'
    from generate_series(0, 99) n`)
  const { rows } = await api.postgres.query<{ slug: string }>(
    'select slug from links order by created_at desc, id desc',
  )
  const seen: string[] = []
  let path: string | undefined = '/v1/links?limit=7'
  while (path !== undefined) {
    const response: request.Response = await request(api.origin)
      .get(path)
      .set({ Authorization })
      .expect(200)
    const page = response.body as LinkPage
    seen.push(...page.links.map((link) => link.slug))
    path = /^<(.+)>; rel="next"$/u.exec(response.headers.link ?? '')?.[1]
    expect(path?.includes(page.nextCursor ?? '?') ?? page.nextCursor === null).toBe(true)
  }
  expect(seen).toEqual(rows.map((row) => row.slug))
})

test('with If-Match only the link as it was read is changed', async () => {
  await using api = await openTestApi()
  const Authorization = await api.bearer('acme')
  const { headers } = await request(api.origin)
    .post('/v1/links')
    .set({ Authorization })
    .send({ destination })
  const path = String(headers.location)
  const patch = (ifMatch: Record<string, string>) =>
    request(api.origin)
      .patch(path)
      .set({ Authorization, ...ifMatch })
      .send({ title: 'new' })
  expect((await patch({}).expect(428)).body.code).toBe('if_match_required')
  for (const tag of ['"2"', 'W/"1"', '1', '"01"', '', 'nonsense'])
    expect((await patch({ 'If-Match': tag }).expect(412)).body.code).toBe('version_mismatch')
  await patch({ 'If-Match': '"1"' }).expect(200)
  await patch({ 'If-Match': '"1"' }).expect(412)
  await patch({ 'If-Match': '"9", "2"' }).expect(200)
  await patch({ 'If-Match': '*' }).expect(200)
  const remove = (tag: string) =>
    request(api.origin).delete(path).set({ Authorization, 'If-Match': tag })
  await remove('"3"').expect(412)
  await remove('"4"').expect(204)
  await remove('"5"').expect(404)
})

test('two edits of the same version at once: one is made, one is told', async () => {
  await using api = await openTestApi()
  const Authorization = await api.bearer('acme')
  const { headers } = await request(api.origin)
    .post('/v1/links')
    .set({ Authorization })
    .send({ destination })
  const edits = await Promise.all(
    ['a', 'b', 'c', 'd'].map((title) =>
      request(api.origin)
        .patch(String(headers.location))
        .set({ Authorization, 'If-Match': '"1"' })
        .send({ title }),
    ),
  )
  expect(edits.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(edits.filter(({ body }) => body.code === 'version_mismatch')).toHaveLength(3)
})
