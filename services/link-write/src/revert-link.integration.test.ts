import { expect, test } from '@jest/globals'
import type { AuditPage } from '@sleepwell/contracts/audit'
import { Link } from '@sleepwell/contracts/link'
import request from 'supertest'
import { openTestApi } from './test-api.ts'

const destination = 'https://example.com/spring'
const whole = {
  destination,
  slug: 'spring',
  title: 'Spring',
  tags: ['a', 'b'],
  notes: 'for the letter',
  externalId: 'order-1',
  archived: true,
  startsAt: '2039-01-01T00:00:00.000Z',
  expiresAt: '2040-01-01T00:00:00.000Z',
  forwardQuery: true,
  forwardPath: true,
  redirectStatus: 307,
  cacheSeconds: 60,
  expiredDestination: 'https://example.com/over',
  noindex: true,
  preview: { title: 'p', description: null, image: null },
}

async function openLink(body: object = whole) {
  let forbidden = ''
  const api = await openTestApi({ entryAgainst: (href) => (href === forbidden ? href : undefined) })
  const Authorization = await api.bearer('acme', 'links:create', 'links:read', 'links:write')
  const create = async (fields: object) => {
    const post = request(api.origin).post('/v1/links').set({ Authorization }).send(fields)
    return Link.parse((await post.expect(201)).body)
  }
  const link = await create(body)
  const path = `/v1/links/${link.id}`
  return {
    ...api,
    Authorization,
    create,
    link,
    path,
    patch: async (fields: object, as = Authorization) => {
      const headers = { Authorization: as, 'If-Match': '*' }
      const answer = await request(api.origin).patch(path).set(headers).send(fields).expect(200)
      return Link.parse(answer.body)
    },
    revert: (version: unknown, headers: Record<string, string> = { 'If-Match': '*' }) =>
      request(api.origin)
        .post(`${path}/revert`)
        .set({ Authorization, ...headers })
        .send({ version }),
    forbid: (href: string) => (forbidden = href),
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  }
}

test('every field is again as it was, and that is a change like any other', async () => {
  await using test = await openLink()
  const other = {
    destination: 'https://example.com/summer',
    slug: 'summer',
    title: null,
    tags: [],
    notes: null,
    externalId: null,
    archived: false,
    startsAt: null,
    expiresAt: null,
    forwardQuery: false,
    forwardPath: false,
    redirectStatus: 302,
    cacheSeconds: 0,
    expiredDestination: null,
    noindex: false,
    preview: null,
  }
  expect(Object.keys(other).toSorted()).toEqual(Object.keys(whole).toSorted())
  const changed = await test.patch(other)
  expect(changed).toMatchObject(other)
  const reverted = await test.revert(1).expect(200)
  expect(reverted.headers.etag).toBe('"3"')
  const { version, updatedAt, aliases, ...fields } = Link.parse(reverted.body)
  const { version: _, updatedAt: before, aliases: none, ...first } = test.link
  expect(fields).toEqual(first)
  expect([version, aliases, none]).toEqual([3, ['summer'], []])
  expect(updatedAt > before).toBe(true)
  const again = await test.revert(2).expect(200)
  expect(again.body).toMatchObject({ ...other, aliases: ['spring'], version: 4 })
  const history = await request(test.origin)
    .get(`${test.path}/history`)
    .set({ Authorization: test.Authorization })
  expect((history.body as AuditPage).entries.map(({ action }) => action)).toEqual([
    'link.updated',
    'link.updated',
    'link.updated',
    'link.created',
  ])
})

test('blocking is not reverted', async () => {
  await using test = await openLink()
  const admin = await test.bearer('operator')
  await test.patch({ blocked: true }, admin)
  expect((await test.revert(1).expect(200)).body.blocked).toBe(true)
  await test.patch({ blocked: false }, admin)
  expect((await test.revert(2).expect(200)).body.blocked).toBe(false)
})

test('a version that is not kept, a link that has changed, and one of somebody else', async () => {
  await using test = await openLink()
  await test.patch({ title: 'new' })
  const codeOf = async (answer: request.Test) => (await answer).body.code as string
  expect(await codeOf(test.revert(3))).toBe('version_not_found')
  expect(await codeOf(test.revert(2 ** 31 - 1))).toBe('version_not_found')
  expect(await codeOf(test.revert(0))).toBe('invalid_body')
  expect(await codeOf(test.revert(1, {}))).toBe('if_match_required')
  expect(await codeOf(test.revert(1, { 'If-Match': '"1"' }))).toBe('version_mismatch')
  const rival = { Authorization: await test.bearer('rival', 'links:write'), 'If-Match': '*' }
  expect(await codeOf(test.revert(1, rival))).toBe('link_not_found')
  await test.database.asOwner('delete from audit_log where version = 1')
  // The change after it still knows it.
  await test.revert(1).expect(200)
  await test.database.asOwner('delete from audit_log')
  expect(await codeOf(test.revert(1))).toBe('version_not_found')
})

test('what others have by now, or nobody may have, does not come back', async () => {
  await using test = await openLink({ destination, slug: 'spring', externalId: 'order-1' })
  await test.patch({ slug: 'summer', externalId: null, destination: 'https://example.com/new' })
  await request(test.origin)
    .delete(`${test.path}/aliases/spring`)
    .set({ Authorization: test.Authorization })
    .expect(200)
  const other = await test.create({ destination, slug: 'spring' })
  expect((await test.revert(1).expect(409)).body.code).toBe('slug_taken')
  await request(test.origin)
    .delete(`/v1/links/${other.id}`)
    .set({ Authorization: test.Authorization })
    .expect(204)
  await test.create({ destination, externalId: 'order-1' })
  expect((await test.revert(1).expect(409)).body.code).toBe('external_id_taken')
  test.forbid(destination)
  expect((await test.revert(1).expect(422)).body.code).toBe('destination_blocked')
  const { body } = await request(test.origin)
    .get(test.path)
    .set({ Authorization: test.Authorization })
  expect(body).toMatchObject({ slug: 'summer', version: 3 })
})

test('an expiry that has passed comes back too, and a second time one key has one effect', async () => {
  await using test = await openLink({ destination, expiresAt: '2040-01-01T00:00:00Z' })
  await test.database.asOwner(`
    update audit_log set after = after || '{"expires_at": "2020-01-01T00:00:00+00:00"}'`)
  await test.patch({ expiresAt: null })
  const headers = { 'If-Match': '*', 'Idempotency-Key': 'once' }
  for (let i = 0; i < 2; i++) {
    const { body } = await test.revert(1, headers).expect(200)
    expect(body).toMatchObject({ expiresAt: '2020-01-01T00:00:00.000Z', version: 3 })
  }
})
