// Rules on links, and who may block one, through the API and into the change feed.
import { expect, test } from '@jest/globals'
import { Link } from '@sleepwell/contracts/link'
import request from 'supertest'
import { openTestApi } from './test-api.ts'

const destination = 'https://example.com/spring'
const ownerScopes = ['links:create', 'links:read', 'links:write'] as const

/** An API with one link of acme, made with these fields, and what changes it whatever its version. */
async function openLink(fields: object = {}) {
  const api = await openTestApi()
  const Authorization = await api.bearer('acme', ...ownerScopes)
  const created = await request(api.origin)
    .post('/v1/links')
    .set({ Authorization })
    .send({ destination, slug: 'spring', ...fields })
  const link = Link.parse(created.body)
  const path = `/v1/links/${link.id}`
  const patch = (body: object, as = Authorization) =>
    request(api.origin).patch(path).set({ Authorization: as, 'If-Match': '*' }).send(body)
  const changes = async () => {
    const { rows } = await api.postgres.query('select slug, deleted from link_changes')
    return rows
  }
  return {
    ...api,
    Authorization,
    link,
    path,
    patch,
    changes,
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  }
}

test('a link that asks for nothing', async () => {
  await using test = await openLink()
  expect(test.link).toMatchObject({
    startsAt: null,
    maxClicks: null,
    forwardQuery: false,
    redirectStatus: 302,
    cacheSeconds: 0,
    blocked: false,
  })
})

test('rules are kept as they were given, and each change of one is in the change feed', async () => {
  const rules = {
    startsAt: '2039-01-01T00:00:00.000Z',
    expiresAt: '2040-01-01T00:00:00.000Z',
    forwardQuery: true,
    redirectStatus: 307,
    cacheSeconds: 60,
  }
  await using test = await openLink(rules)
  expect(test.link).toMatchObject(rules)
  const bodies = [
    { startsAt: null },
    { cacheSeconds: 0 },
    { maxClicks: 7 },
    { forwardQuery: false },
    { redirectStatus: 301 },
  ]
  for (const body of bodies) {
    const changed = await test.patch(body).expect(200)
    expect(changed.body).toMatchObject(body)
  }
  const { body } = await request(test.origin)
    .get(test.path)
    .set({ Authorization: test.Authorization })
  expect(body).toMatchObject({ ...rules, ...Object.assign({}, ...bodies), version: 6 })
  expect(await test.changes()).toHaveLength(1 + bodies.length)
})

test('a change is judged together with what it leaves as it is', async () => {
  await using test = await openLink({ expiresAt: '2040-01-01T00:00:00Z', cacheSeconds: 60 })
  const late = await test.patch({ startsAt: '2040-01-01T00:00:00Z' }).expect(422)
  expect(late.body.code).toBe('starts_after_expiry')
  await test.patch({ startsAt: '2040-01-01T00:00:00Z', expiresAt: null }).expect(200)
  const early = await test.patch({ expiresAt: '2039-01-01T00:00:00Z' }).expect(422)
  expect(early.body.code).toBe('starts_after_expiry')
  const limited = await test.patch({ maxClicks: 5 }).expect(422)
  expect(limited.body.code).toBe('limited_link_cached')
  await test.patch({ maxClicks: 5, cacheSeconds: 0 }).expect(200)
  const cached = await test.patch({ cacheSeconds: 1 }).expect(422)
  expect(cached.body.code).toBe('limited_link_cached')
  await test.patch({ maxClicks: null, cacheSeconds: 1 }).expect(200)
  // Refused changes are in no feed.
  expect(await test.changes()).toHaveLength(4)
})

test('of two changes at once that break a rule together, one is refused', async () => {
  await using test = await openLink()
  const answers = await Promise.all([
    test.patch({ maxClicks: 5 }),
    test.patch({ cacheSeconds: 60 }),
  ])
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 422]))
})

test('an old version is told before a rule that it may break', async () => {
  await using test = await openLink({ cacheSeconds: 60 })
  const { body } = await test.patch({ maxClicks: 5 }).set({ 'If-Match': '"7"' }).expect(412)
  expect(body.code).toBe('version_mismatch')
})

test('admin blocks a link of anybody; its owner sees it, and cannot undo it', async () => {
  await using test = await openLink()
  const admin = await test.bearer('operator')
  const read = () => request(test.origin).get(test.path).set({ Authorization: test.Authorization })
  await request(test.origin).get(test.path).set({ Authorization: admin }).expect(200)

  expect((await test.patch({ blocked: true }, admin).expect(200)).body.blocked).toBe(true)
  expect((await read()).body.blocked).toBe(true)
  expect((await test.patch({ blocked: false }).expect(403)).body.code).toBe('forbidden')
  expect((await test.patch({ destination: 'https://example.com/other' })).body.blocked).toBe(true)
  await test.patch({ blocked: false }, admin).expect(200)
  expect((await read()).body.blocked).toBe(false)
  expect(await test.changes()).toHaveLength(4)
})

test('admin deletes and lists only what is its own', async () => {
  await using test = await openLink()
  const Authorization = await test.bearer('operator')
  await request(test.origin).delete(test.path).set({ Authorization }).expect(404)
  const { body } = await request(test.origin).get('/v1/links').set({ Authorization })
  expect(body.links).toEqual([])
})
