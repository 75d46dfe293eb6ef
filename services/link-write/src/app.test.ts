import { describe, expect, test } from '@jest/globals'
import { type Scope, scopes } from '@sleepwell/contracts/api-key'
import { linkWriteRoutes } from '@sleepwell/contracts/link-write-routes'
import type { Routes } from '@sleepwell/contracts/route'
import request from 'supertest'
import { appWith, Authorization, destination, expectProblem, id, path } from './test-app.ts'

describe('keys', () => {
  test('without a key nothing is answered, however the path is spelt', async () => {
    expectProblem(await request(appWith()).get('/v1/links'), 'unauthenticated')
    for (const other of [
      '/V1/links',
      '/v1/LINKS',
      '/%761/links',
      '/v1//links',
      `/V1/links/${id}`,
    ]) {
      const response = await request(appWith()).get(other)
      expect([401, 404]).toContain(response.status)
    }
  })

  test.each([
    ['unauthenticated', 'unknown'],
    ['key_expired', 'expired'],
    ['unavailable', 'unavailable'],
  ] as const)('%s when the key is %s', async (code, outcome) => {
    const app = appWith({ identify: async () => outcome })
    const response = await request(app).get('/v1/links').set({ Authorization })
    expectProblem(response, code)
  })

  const routes: Routes = linkWriteRoutes
  test.each(
    Object.values(routes).flatMap((route) => {
      const needed = [...(route.scope === null ? [] : [route.scope]), ...(route.alsoNeeds ?? [])]
      const others = scopes.filter((scope) => scope !== 'admin')
      const withoutOne = needed.map((scope) => others.filter((other) => other !== scope))
      const held = [...scopes.map((scope) => [scope]), ...withoutOne, needed]
      return held.map((these) => [route.method, route.path, these, needed] as const)
    }),
  )('%s %s with %j, where it takes %j', async (method, target, held, needed) => {
    const verb = method.toLowerCase() as Lowercase<typeof method>
    const agent = request(appWith({}, held))
    const filled = target.replace('{id}', id).replaceAll(/\{\w+\}/gu, 'old')
    const call = agent[verb](filled).set({ Authorization, 'If-Match': '*' })
    const response = await (method === 'GET' || method === 'DELETE'
      ? call
      : call.send({ destination }))
    const enough = held.includes('admin') || needed.every((scope) => held.includes(scope))
    if (enough) expect(response.body.code).not.toBe('forbidden')
    else expectProblem(response, 'forbidden')
  })

  test('who may only create is not shown what is there', async () => {
    const create = (...held: Scope[]) =>
      request(appWith({}, held))
        .post('/v1/links')
        .set({ Authorization })
        .send({ destination, findIfExists: true })
    expectProblem(await create('links:create'), 'forbidden')
    expect((await create('links:create', 'links:read')).status).toBe(201)
  })
})

describe('blocking', () => {
  const patch = (scopes: readonly Scope[], body: object) =>
    request(appWith({}, scopes)).patch(path).set({ Authorization, 'If-Match': '*' }).send(body)

  test('who owns a link may change it, and neither block nor unblock it', async () => {
    const owner = ['links:read', 'links:create', 'links:write'] as const
    expectProblem(await patch(owner, { blocked: true }), 'forbidden')
    expectProblem(await patch(owner, { blocked: false, title: 'new' }), 'forbidden')
    expect((await patch(owner, { title: 'new' })).status).toBe(200)
  })

  test('admin may', async () => {
    expect((await patch(['admin'], { blocked: true })).status).toBe(200)
    expect((await patch(['admin'], { blocked: false })).status).toBe(200)
  })
})

describe('answers', () => {
  test('a database that is away is 503: a change may be repeated, a read says nothing of that', async () => {
    const away = () => Promise.reject(new Error('Query read timeout'))
    const app = appWith({ createLink: away, updateLink: away, deleteLink: away, findLink: away })
    const headers = { Authorization, 'If-Match': '*' }
    for (const change of [
      request(app).post('/v1/links').send({ destination }),
      request(app).patch(path).send({ destination }),
      request(app).delete(path),
    ]) {
      const response = await change.set(headers)
      expectProblem(response, 'unavailable')
      expect(response.headers['retry-after']).toBe('1')
      expect(response.body.detail).toContain('Idempotency-Key')
    }
    const read = await request(app).get(path).set(headers)
    expectProblem(read, 'unavailable')
    expect(read.body.detail).toBeUndefined()
  })

  test('a running twin is 409, with when to come back', async () => {
    const app = appWith({ createLink: async () => 'request_in_progress' })
    const response = await request(app)
      .post('/v1/links')
      .set({ Authorization })
      .send({ destination })
    expectProblem(response, 'request_in_progress')
    expect(response.headers['retry-after']).toBe('1')
  })

  test('a replay has the status and headers of the first answer, and says what it is', async () => {
    const headers = { ETag: '"7"', Location: '/v1/links/x' }
    const app = appWith({
      createLink: async () => ({ status: 201, headers, body: { a: 1 }, replayed: true }),
    })
    const response = await request(app)
      .post('/v1/links')
      .set({ Authorization })
      .send({ destination })
    expect(response.status).toBe(201)
    expect(response.headers).toMatchObject({
      etag: '"7"',
      location: '/v1/links/x',
      'idempotency-replayed': 'true',
    })
    expect(response.body).toEqual({ a: 1 })
  })

  test('a bug is 500 without its text', async () => {
    const app = appWith({ listLinks: () => Promise.reject(new Error('secret')) })
    const response = await request(app).get('/v1/links').set({ Authorization })
    expectProblem(response, 'internal')
    expect(response.text).not.toContain('secret')
  })

  test('nothing in an answer may be run, framed or sniffed', async () => {
    const { headers } = await request(appWith()).get('/v1/links').set({ Authorization })
    expect(headers).toMatchObject({
      'content-security-policy': "default-src 'none';frame-ancestors 'none';sandbox",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    })
    expect(headers['x-powered-by']).toBeUndefined()
  })

  test('each request is counted once, by its pattern and never its path', async () => {
    const counted: string[] = []
    const app = appWith({ answered: (route, status) => counted.push(`${route} ${status}`) })
    await request(app).get(path).set({ Authorization })
    await request(app).post('/v1/links').set({ Authorization }).send({ destination: 'x:' })
    await request(app).get('/nothing/here')
    await new Promise((resolve) => setImmediate(resolve))
    expect(counted).toEqual(['GET /v1/links/:id 404', 'POST /v1/links 422', 'none 404'])
  })
})
