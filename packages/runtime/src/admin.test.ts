import { metrics } from '@opentelemetry/api'
import { expect, test } from '@jest/globals'
import request from 'supertest'
import { listenAdmin } from './admin.ts'
import { testProblem } from './test-problems.ts'

test('a process that runs is alive, whether or not it wants traffic', async () => {
  await using admin = await openAdmin(() => false)
  await request(admin.url).get('/livez').expect(200, 'ok\n')
  await request(admin.url).head('/livez').expect(200)
})

test('readiness follows the process from one question to the next', async () => {
  let ready = false
  await using admin = await openAdmin(() => ready)
  await request(admin.url).get('/readyz').expect(503)
  ready = true
  await request(admin.url).get('/readyz').expect(200, 'ok\n').expect('Cache-Control', 'no-store')
})

test('metrics come in the format that Prometheus reads', async () => {
  metrics.getMeter('test').createCounter('admin_test_total').add(3)
  await using admin = await openAdmin(() => true)
  const { text } = await request(admin.url)
    .get('/metrics')
    .expect(200)
    .expect('Content-Type', /^text\/plain/u)
  expect(text).toMatch(/^# TYPE admin_test_total counter$/mu)
  expect(text).toMatch(/^admin_test_total(\{[^}]*\})? 3$/mu)
})

test('anything else is a problem document', async () => {
  await using admin = await openAdmin(() => true)
  await request(admin.url).get('/').expect(404).expect('Content-Type', 'application/problem+json')
  await request(admin.url).get('/metrics/../livez').expect(404)
  const { body } = await request(admin.url).post('/livez').expect(405)
  expect(body).toEqual({ status: 405, code: 'method_not_allowed' })
})

async function openAdmin(ready: () => boolean) {
  const listener = await listenAdmin({ port: 0, host: '127.0.0.1', problem: testProblem, ready })
  return {
    url: `http://127.0.0.1:${listener.port}`,
    [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose](),
  }
}
