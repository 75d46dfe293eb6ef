import { expect, test } from '@jest/globals'
import { pino } from 'pino'
import request from 'supertest'
import { z } from 'zod'
import { createRoutes, type Handlers, labelsOf } from './api-routes.ts'
import { createApi } from './express-api.ts'
import { testProblem } from './test-problems.ts'

interface Holder {
  readonly may: string
}

const table = {
  list: {
    method: 'GET',
    path: '/v1/things',
    scope: 'read',
    query: z.strictObject({
      size: z.string().regex(/^\d$/u).default('3').transform(Number),
      'of[kind]': z.string().optional(),
    }),
  },
  make: { method: 'POST', path: '/v1/things', scope: 'write' },
  find: { method: 'GET', path: '/v1/things/{id}', scope: 'read' },
} as const
const handlers: Handlers<typeof table, Holder> = {
  list: ({ res, query }) => void res.json(query),
  make: ({ res, holder }) => void res.json(holder),
  find: ({ req, res }) => void res.json(req.params),
}
const allows = ({ may }: Holder, scope: string) => may === scope
const app = createApi({
  routes: createRoutes(table, handlers, { problem: testProblem, allows }),
  before: [],
  problem: testProblem,
  log: pino({ level: 'silent' }),
  identify: async (key): Promise<Holder> => ({ may: key }),
  answered: () => {},
})
const call = (method: 'get' | 'post' | 'put', path: string, key = 'read') =>
  request(app)[method](path).set('Authorization', `Bearer ${key}`)

test('what is asked for reaches the handler as the table has it', async () => {
  expect((await call('get', '/v1/things')).body).toEqual({ size: 3 })
  expect((await call('get', '/v1/things?size=7&of[kind]=a')).body).toEqual({
    size: 7,
    'of[kind]': 'a',
  })
  expect((await call('get', '/v1/things/a')).body).toEqual({ id: 'a' })
})

test.each([
  ['?sise=3', 'unknown_parameter', 'sise'],
  ['?size=3&size=4', 'unknown_parameter', 'size'],
  ['?__proto__=3', 'unknown_parameter', '__proto__'],
  ['?of=a', 'unknown_parameter', 'of'],
  ['?of[kind]=a&of[kind]=b', 'unknown_parameter', 'of[kind]'],
  ['?of[age]=a', 'unknown_parameter', 'of[age]'],
  ['?size=33', 'parameter_invalid', 'size'],
  ['?size=', 'parameter_invalid', 'size'],
])('%s is refused as %s', async (query, code, pointer) => {
  const { status, body } = await call('get', `/v1/things${query}`)
  expect(status).toBe(400)
  expect(body).toMatchObject({ code, errors: [{ pointer }] })
  const none = await call('get', `/v1/things/a${query}`)
  expect(none.body).toMatchObject({ code: 'unknown_parameter' })
})

test('a key without the scope is refused before anything else is looked at', async () => {
  expect((await call('get', '/v1/things?x=1', 'write')).body).toMatchObject({ code: 'forbidden' })
  expect((await call('post', '/v1/things', 'read')).body).toMatchObject({ code: 'forbidden' })
  expect((await call('post', '/v1/things', 'write')).body).toEqual({ may: 'write' })
})

test('another method is told which there are', async () => {
  const { status, headers } = await call('put', '/v1/things')
  expect([status, headers.allow]).toEqual([405, 'GET, HEAD, POST'])
  expect((await call('post', '/v1/things/a')).headers.allow).toBe('GET, HEAD')
})

test('numbers have routes by their pattern', () => {
  expect(labelsOf(table)).toEqual(['GET /v1/things', 'POST /v1/things', 'GET /v1/things/:id'])
})
