import { expect, test } from '@jest/globals'
import request from 'supertest'
import { openTestApi } from './test-api.ts'

const destination = 'https://example.com/spring'

test('a mutation sent twice with one Idempotency-Key is made once and answered alike', async () => {
  await using api = await openTestApi()
  const Authorization = await api.bearer('acme')
  const twice = async (send: () => request.Test) => {
    const [first, second] = [await send(), await send()]
    expect(first.headers['idempotency-replayed']).toBeUndefined()
    expect(second.headers['idempotency-replayed']).toBe('true')
    expect(second.status).toBe(first.status)
    expect(second.text).toBe(first.text)
    expect(second.headers.etag).toBe(first.headers.etag)
    expect(second.headers.location).toBe(first.headers.location)
    return first
  }
  const named = (key: string) => ({ Authorization, 'Idempotency-Key': key, 'If-Match': '"1"' })
  const created = await twice(() =>
    request(api.origin).post('/v1/links').set(named('create')).send({ destination }),
  )
  const path = String(created.headers.location)
  const changed = await twice(() =>
    request(api.origin).patch(path).set(named('change')).send({ title: 'new' }),
  )
  expect(changed.headers.etag).toBe('"2"')
  const deleted = await twice(() =>
    request(api.origin)
      .delete(path)
      .set({ ...named('delete'), 'If-Match': '"2"' }),
  )
  expect(deleted.status).toBe(204)
  const { rows } = await api.postgres.query('select count(*) from link_changes')
  expect(rows).toEqual([{ count: 3 }])

  const reused = await request(api.origin)
    .post('/v1/links')
    .set(named('create'))
    .send({ destination, title: 'other' })
    .expect(422)
  expect(reused.body.code).toBe('idempotency_key_reused')
})

test('a refused request may be corrected under the same Idempotency-Key', async () => {
  await using api = await openTestApi()
  const headers = { Authorization: await api.bearer('acme'), 'Idempotency-Key': 'one' }
  const post = (slug: string) =>
    request(api.origin).post('/v1/links').set(headers).send({ destination, slug })
  await request(api.origin)
    .post('/v1/links')
    .set({ Authorization: headers.Authorization })
    .send({ destination, slug: 'taken' })
    .expect(201)
  await post('taken').expect(409)
  await post('free').expect(201)
})
