import { afterEach, expect, test } from '@jest/globals'
import { Router } from 'express'
import { pino } from 'pino'
import request from 'supertest'
import { createApi, isUnavailable, methodNotAllowed, Refusal } from './express-api.ts'
import { testProblem } from './test-problems.ts'

let logged: Record<string, unknown>[] = []
let answered: (string | number)[][] = []
afterEach(() => {
  logged = []
  answered = []
})

const secret = 'https://example.com/?token=planted'

const routes = Router()
routes.get('/v1/things/:id', (req, res) => void res.json({ id: req.params.id, ...res.locals }))
routes.post('/v1/things', (req, res) => void res.json({ body: req.body as unknown }))
routes.all('/v1/things', methodNotAllowed(testProblem, 'POST'))
routes.get('/v1/refused', () => {
  throw new Refusal({ status: 409, code: 'taken' })
})
routes.get('/v1/broken', () => {
  throw new TypeError(secret)
})
routes.get('/v1/down', async () => {
  throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
})
routes.get('/public', (_req, res) => void res.send('open to all'))

const app = createApi({
  routes,
  before: [(_req, res, next) => (res.setHeader('X-Before', 'yes'), next())],
  problem: testProblem,
  log: pino({}, { write: (line: string) => void logged.push(JSON.parse(line)) }),
  identify: async (key) => {
    if (key === 'good') return { ownerId: 'o' }
    if (key === 'old') return 'expired'
    return key === 'down' ? 'unavailable' : 'unknown'
  },
  answered: (route, status) => void answered.push([route, status]),
})

const get = (path: string) => request(app).get(path).set('Authorization', 'Bearer good')
const post = (body: string) =>
  request(app)
    .post('/v1/things')
    .set('Authorization', 'Bearer good')
    .set('Content-Type', 'application/json')
    .send(body)

test('a handler finds who asks, and the answer has the id of the request', async () => {
  const { body, headers } = await get('/v1/things/7').expect(200).expect('X-Before', 'yes')
  expect(body).toEqual({ id: '7', holder: { ownerId: 'o' }, requestId: headers['x-request-id'] })
  expect(headers).not.toHaveProperty('x-powered-by')
})

test.each([
  ['none', undefined, 401, 'unauthenticated'],
  ['an unknown one', 'Bearer bad', 401, 'unauthenticated'],
  ['another scheme', 'Basic good', 401, 'unauthenticated'],
  ['no key behind the scheme', 'Bearer ', 401, 'unauthenticated'],
  ['two keys', 'Bearer good bad', 401, 'unauthenticated'],
  ['an expired one', 'Bearer old', 401, 'key_expired'],
  ['one that cannot be looked up now', 'Bearer down', 503, 'unavailable'],
])('of keys %s is refused', async (_, authorization, status, code) => {
  const asked = request(app).get('/v1/things/7')
  if (authorization !== undefined) asked.set('Authorization', authorization)
  const { body, headers } = await asked.expect(status)
  expect(body).toEqual({ status, code, requestId: headers['x-request-id'] })
  if (status === 401) expect(headers['www-authenticate']).toBe('Bearer')
  if (status === 503) expect(headers['retry-after']).toBe('1')
})

test.each(['/V1/things/7', '/v1/THINGS/7', '//v1/things/7', '/v1//things/7', '/%76%31/things/7'])(
  'no spelling of a path is a way around the key: %s',
  async (path) => {
    const { status } = await request(app).get(path)
    expect([401, 404]).toContain(status)
  },
)

test('what is outside /v1 needs no key', async () => {
  await request(app).get('/public').expect(200, 'open to all')
})

test.each([
  ['broken JSON', '{"a":', 400, 'bad_json'],
  ['more than 16 kB', JSON.stringify('x'.repeat(17_000)), 413, 'body_too_large'],
])('a body of %s is refused', async (_, body, status, code) => {
  expect((await post(body).expect(status)).body).toMatchObject({ code })
})

test.each(['text/plain', 'application/jsonx', 'application/x-www-form-urlencoded'])(
  'a body that calls itself %s is refused',
  async (type) => {
    const { body } = await post('{}').set('Content-Type', type).expect(415)
    expect(body).toMatchObject({ code: 'unsupported_media_type' })
  },
)

test('a charset or an encoding that nobody reads here is refused', async () => {
  const charset = await post('{}').set('Content-Type', 'application/json; charset=koi8-r')
  expect(charset.body).toMatchObject({ status: 415, code: 'unsupported_media_type' })
  const encoding = await post('{}').set('Content-Encoding', 'rot13')
  expect(encoding.body).toMatchObject({ status: 415, code: 'unsupported_media_type' })
})

test('a compressed body is measured when unpacked', async () => {
  const { gzipSync } = await import('node:zlib')
  await request(app)
    .post('/v1/things')
    .set('Authorization', 'Bearer good')
    .set('Content-Type', 'application/json')
    .set('Content-Encoding', 'gzip')
    .serialize((body) => body)
    .send(gzipSync(JSON.stringify('x'.repeat(1_000_000))))
    .expect(413)
})

test.each(['null', '7', '"text"', '[]', '{}'])(
  '%s is JSON, and what it means is for the route',
  async (text) => {
    expect((await post(text).expect(200)).body).toEqual({ body: JSON.parse(text) })
  },
)

test('another method of a path is 405 and says what there is', async () => {
  await request(app)
    .delete('/v1/things')
    .set('Authorization', 'Bearer good')
    .expect(405)
    .expect('Allow', 'POST')
})

test('a path that is not well-formed is refused', async () => {
  expect((await get('/v1/things/%E0%A4%A').expect(400)).body).toMatchObject({ code: 'bad_request' })
})

test('what a handler refuses becomes its problem document', async () => {
  const { body, headers } = await get('/v1/refused').expect(409)
  expect(body).toEqual({ status: 409, code: 'taken', requestId: headers['x-request-id'] })
})

test('a bug is 500, and neither the answer nor the log quotes what went in', async () => {
  const { text } = await get(`/v1/broken?u=${secret}`).expect(500)
  expect(text + JSON.stringify(logged)).not.toContain('planted')
  expect(logged).toContainEqual(
    expect.objectContaining({ msg: 'request failed', error: 'TypeError' }),
  )
})

test('a database that is away is 503, to be tried again', async () => {
  const { body } = await get('/v1/down').expect(503).expect('Retry-After', '1')
  expect(body).toMatchObject({ code: 'unavailable' })
})

test('each answer is counted and logged once, by its route and never by its path', async () => {
  await get('/v1/things/planted').expect(200)
  await get('/v1/planted').expect(404)
  expect(answered).toEqual([
    ['GET /v1/things/:id', 200],
    ['none', 404],
  ])
  expect(logged.map((line) => line.msg)).toEqual(['answered', 'answered'])
  expect(JSON.stringify(logged)).not.toContain('planted')
})

test.each([
  ['a refused connection', { code: 'ECONNREFUSED' }],
  ['a server that shuts down', { code: '57P01' }],
  ['a server that starts', { code: '57P03' }],
  ['too many connections', { code: '53300' }],
  ['a standby', { code: '25006' }],
  ['a deadlock', { code: '40P01' }],
  ['a statement that ran out of time', { message: 'Query read timeout' }],
])('%s is unavailable', (_, fields) => {
  expect(isUnavailable(Object.assign(new Error('x'), fields))).toBe(true)
})

test.each([
  ['a constraint', Object.assign(new Error('x'), { code: '23505' })],
  ['a missing table', Object.assign(new Error('x'), { code: '42P01' })],
  ['a bug', new TypeError('x is undefined')],
  ['no error', 'timeout'],
])('%s is not', (_, error) => {
  expect(isUnavailable(error)).toBe(false)
})
