// What a key may do to others, through the API.
import { expect, test } from '@jest/globals'
import { IssuedKey, type KeyPage } from '@sleepwell/contracts/key'
import request from 'supertest'
import { maker, makes, openKeys } from './test-keys.ts'

test('a key hands on no scope that it lacks, and no secret of a key that has more', async () => {
  await using api = await openKeys()
  const { Authorization } = api
  const refused = await api.make({ scopes: ['links:read', 'links:write', 'admin'] }).expect(403)
  expect(refused.body).toMatchObject({ code: 'forbidden' })
  expect(refused.body.detail).toContain('links:write, admin')
  const more = await makes(api, await api.bearer('acme'))({ scopes: ['links:write'] }).expect(201)
  const path = `/v1/keys/${IssuedKey.parse(more.body).id}`
  for (const attempt of [
    request(api.origin).post(`${path}/rotate`),
    request(api.origin).patch(path).set({ 'If-Match': '*' }).send({ expiresAt: null }),
  ])
    expect((await attempt.set({ Authorization }).expect(403)).body.code).toBe('forbidden')
  const own = IssuedKey.parse((await api.make()).body)
  const change = request(api.origin).patch(`/v1/keys/${own.id}`)
  await change
    .set({ Authorization, 'If-Match': '*' })
    .send({ scopes: ['admin'] })
    .expect(403)
  // But whoever finds it somewhere may end it.
  await request(api.origin).delete(path).set({ Authorization }).expect(204)
})

test('admin makes and sees keys of every owner, but of none that is reserved', async () => {
  await using api = await openKeys()
  const admin = await api.bearer('operator')
  const { body } = await makes(api, admin)({ ownerId: 'rival', requestsPerMinute: 60 }).expect(201)
  expect(body).toMatchObject({ ownerId: 'rival', requestsPerMinute: 60 })
  await makes(api, admin)({ ownerId: 'sleepwell' }).expect(422)
  const list = async (query: string, Authorization = admin) => {
    const answer = await request(api.origin).get(`/v1/keys${query}`).set({ Authorization })
    return (answer.body as KeyPage).keys?.map(({ ownerId }) => ownerId) ?? answer.body.code
  }
  expect(await list('')).toEqual(['rival', 'operator', 'acme'])
  expect(await list('?ownerId=rival')).toEqual(['rival'])
  expect(await list('', api.Authorization)).toEqual(['acme'])
  expect(await list('?ownerId=rival', api.Authorization)).toBe('forbidden')
  for (const beyond of [{ ownerId: 'rival' }, { requestsPerMinute: 60 }])
    expect((await api.make(beyond).expect(403)).body.code).toBe('forbidden')
})

test('a key of which fewer requests are taken makes none of which more are', async () => {
  await using api = await openKeys()
  const admin = await api.bearer('operator')
  const limited = await makes(api, admin)({ scopes: maker, requestsPerMinute: 60 }).expect(201)
  const { secret = '' } = IssuedKey.parse(limited.body)
  const made = await makes(api, `Bearer ${secret}`)().expect(201)
  expect(made.body).toMatchObject({ ownerId: 'operator', requestsPerMinute: 60 })
})
