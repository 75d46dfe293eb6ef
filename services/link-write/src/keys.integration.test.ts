// API keys, through the API.
import { expect, test } from '@jest/globals'
import { isWellFormedKey } from '@sleepwell/contracts/api-key'
import { IssuedKey, Key, type KeyPage } from '@sleepwell/contracts/key'
import request from 'supertest'
import { type Api, maker, openKeys } from './test-keys.ts'

const as = (api: Api, secret: string | undefined) =>
  request(api.origin)
    .get('/v1/links')
    .set({ Authorization: `Bearer ${secret}` })

test('every key may read itself, whatever else it opens', async () => {
  await using api = await openKeys()
  const made = await api.make({ scopes: ['links:read'] }).expect(201)
  const { secret = '', ...key } = IssuedKey.parse(made.body)
  const { body, headers } = await request(api.origin)
    .get('/v1/key')
    .set({ Authorization: `Bearer ${secret}` })
    .expect(200)
  expect({ ...body, lastUsedAt: null }).toEqual(key)
  expect(headers['cache-control']).toBe('no-store')
  await request(api.origin).get('/v1/key').expect(401)
})

test('a key is made, read, listed, changed and revoked', async () => {
  await using api = await openKeys()
  const { Authorization } = api
  const expiresAt = '2040-01-01T00:00:00.000Z'
  const made = await api.make({ expiresAt }).expect(201)
  const { secret = '', ...key } = IssuedKey.parse(made.body)
  expect(isWellFormedKey(secret)).toBe(true)
  expect(key).toMatchObject({
    ownerId: 'acme',
    name: 'ci',
    prefix: secret.slice(0, 7),
    scopes: ['links:read'],
    requestsPerMinute: null,
    version: 1,
    expiresAt,
    lastUsedAt: null,
    previousUntil: null,
    revokedAt: null,
  })
  const path = `/v1/keys/${key.id}`
  expect(made.headers).toMatchObject({ location: path, etag: '"1"', 'cache-control': 'no-store' })

  await as(api, secret).expect(200)
  const used = async () => {
    const { body } = await request(api.origin).get(path).set({ Authorization }).expect(200)
    return Key.strict().parse(body)
  }
  while ((await used()).lastUsedAt === null);
  const read = await request(api.origin).get(path).set({ Authorization, 'If-None-Match': '"1"' })
  expect(read.status).toBe(200)

  const change = { name: 'deploy', scopes: ['links:read', 'keys:read'], expiresAt: null }
  const changed = await request(api.origin)
    .patch(path)
    .set({ Authorization, 'If-Match': '"1"' })
    .send(change)
    .expect(200)
  expect(changed.body).toMatchObject({ ...change, version: 2 })
  const list = await request(api.origin).get('/v1/keys').set({ Authorization }).expect(200)
  expect((list.body as KeyPage).keys.map(({ name }) => name)).toEqual(['deploy', null])

  await request(api.origin).delete(path).set({ Authorization }).expect(204)
  expect((await as(api, secret).expect(401)).body.code).toBe('unauthenticated')
  const revoked = await used()
  expect(revoked.revokedAt).not.toBeNull()
  // Again is the same, and nothing brings it back.
  await request(api.origin).delete(path).set({ Authorization }).expect(204)
  expect(await used()).toEqual(revoked)
  for (const attempt of [
    request(api.origin).patch(path).set({ Authorization, 'If-Match': '*' }).send({ name: 'x' }),
    request(api.origin).post(`${path}/rotate`).set({ Authorization }),
  ])
    expect((await attempt.expect(409)).body.code).toBe('key_revoked')
})

test('a secret is shown once, is in no table, and a replay is without it', async () => {
  await using api = await openKeys()
  const { Authorization } = api
  const again = { 'Idempotency-Key': 'once' }
  const made = IssuedKey.parse((await api.make({}, again).expect(201)).body)
  const rotate = () =>
    request(api.origin)
      .post(`/v1/keys/${made.id}/rotate`)
      .set({ Authorization, 'Idempotency-Key': 'twice' })
  const rotated = IssuedKey.parse((await rotate().expect(200)).body)
  expect(rotated.secret).not.toBe(made.secret)
  for (const [replay, first] of [
    [await api.make({}, again).expect(201), made],
    [await rotate().expect(200), rotated],
  ] as const) {
    const { secret: _, ...rest } = first
    expect(replay.headers['idempotency-replayed']).toBe('true')
    expect(replay.body).toEqual(rest)
  }
  const { rows } = await api.postgres.query(`
    select (select json_agg(k) from keys k)::text || (select json_agg(a) from idempotent_answers a)::text
      || (select json_agg(l) from audit_log l)::text as all`)
  for (const { secret = '' } of [made, rotated]) {
    expect(secret).not.toBe('')
    expect(JSON.stringify(rows)).not.toContain(secret.slice(8))
  }
})

test('a rotated key opens by its secret before, for as long as was said', async () => {
  await using api = await openKeys()
  const { Authorization } = api
  const made = IssuedKey.parse((await api.make()).body)
  const rotate = async (body?: object) => {
    const post = request(api.origin).post(`/v1/keys/${made.id}/rotate`).set({ Authorization })
    const { body: key } = await (body === undefined ? post : post.send(body)).expect(200)
    return IssuedKey.parse(key)
  }
  const second = await rotate()
  const { rows } = await api.postgres.query<{ seconds: number }>(
    `select round(extract(epoch from previous_until - now()))::int as seconds from keys where id = $1`,
    [made.id],
  )
  expect(Math.abs((rows[0]?.seconds ?? 0) - 86_400)).toBeLessThan(60)
  await as(api, made.secret).expect(200)
  await as(api, second.secret).expect(200)
  await api.database.asOwner(`update keys set previous_until = now() - interval '1 ms'`)
  expect((await as(api, made.secret).expect(401)).body.code).toBe('key_expired')
  await as(api, second.secret).expect(200)

  const third = await rotate({ overlapSeconds: 0 })
  // One before the last is enough.
  expect((await as(api, made.secret).expect(401)).body.code).toBe('unauthenticated')
  expect((await as(api, second.secret).expect(401)).body.code).toBe('key_expired')
  await as(api, third.secret).expect(200)
  expect(third).toMatchObject({ id: made.id, version: 3, scopes: made.scopes })
})

test('pages show every key once', async () => {
  await using api = await openKeys()
  for (let i = 0; i < 6; i++) await api.make({ name: `key ${i}` }).expect(201)
  const names: (string | null)[] = []
  let path: string | undefined = '/v1/keys?limit=4&ownerId=acme'
  while (path !== undefined) {
    const { Authorization } = api
    const page: request.Response = await request(api.origin).get(path).set({ Authorization })
    names.push(...(page.body as KeyPage).keys.map(({ name }) => name))
    path = /^<(.+)>; rel="next"$/u.exec(page.headers.link ?? '')?.[1]
  }
  expect(names).toEqual(['key 5', 'key 4', 'key 3', 'key 2', 'key 1', 'key 0', null])
})

test('with If-Match only the key as it was read is changed, rotated or revoked', async () => {
  await using api = await openKeys()
  const { Authorization } = api
  const path = `/v1/keys/${IssuedKey.parse((await api.make()).body).id}`
  const tagged = (tag: string) => ({ Authorization, 'If-Match': tag })
  const patch = (headers: Record<string, string>) =>
    request(api.origin).patch(path).set(headers).send({ name: 'new' })
  expect((await patch({ Authorization }).expect(428)).body.code).toBe('if_match_required')
  expect((await patch(tagged('"2"')).expect(412)).body.code).toBe('version_mismatch')
  await patch(tagged('"1"')).expect(200)
  await request(api.origin).post(`${path}/rotate`).set(tagged('"1"')).expect(412)
  await request(api.origin).post(`${path}/rotate`).set(tagged('"2"')).expect(200)
  await request(api.origin).delete(path).set(tagged('"2"')).expect(412)
  await request(api.origin).delete(path).set(tagged('"3"')).expect(204)
})

test('the last key of an owner can be revoked, by itself too', async () => {
  await using api = await openKeys()
  const { body } = await api.make({ scopes: maker }).expect(201)
  const { id, secret } = IssuedKey.parse(body)
  const Authorization = `Bearer ${secret}`
  await request(api.origin).delete(`/v1/keys/${id}`).set({ Authorization }).expect(204)
  await request(api.origin).get('/v1/keys').set({ Authorization }).expect(401)
})

test.each([
  ['invalid_body', { scopes: [] }],
  ['invalid_body', { scopes: ['links:everything'] }],
  ['invalid_body', { scopes: ['links:read', 'links:read'] }],
  ['invalid_body', { name: '' }],
  ['invalid_body', { name: 'a\u0000' }],
  ['invalid_body', { name: undefined }],
  ['invalid_body', { secret: 'mine' }],
  ['invalid_body', { ownerId: 'a b' }],
  ['expires_in_past', { expiresAt: '2001-01-01T00:00:00Z' }],
])('%s: a key made with %j', async (code, body) => {
  await using api = await openKeys()
  expect((await api.make(body)).body.code).toBe(code)
})
