import { expect, jest, test } from '@jest/globals'
import { openTestDatabase } from '@sleepwell/testing/postgres'
import { Client } from 'pg'
import request from 'supertest'
import { createTakeRequest } from './quota.ts'
import { openTestApi } from './test-api.ts'
import { openTestPostgres, silentLog } from './test-postgres.ts'
import { keyIn, startService } from './test-service.ts'

// Processes take their time on a busy machine.
jest.setTimeout(120_000)

/** So that no minute ends meanwhile. */
const prolong = `update rate_limits set expire = expire + 3600000`

test('one key and two processes: exactly its quota, and not one request more', async () => {
  await using database = await openTestDatabase('links')
  const LINKS_URL = database.url('link_write')
  const Authorization = `Bearer ${await keyIn(LINKS_URL)}`
  const env = { LINKS_URL, RATE_LIMIT_PER_MINUTE: '300' }
  await using one = await startService(env)
  await using two = await startService(env)
  const ask = async (api: string) =>
    (await request(api).get('/v1/links?limit=1').set({ Authorization })).status
  const statuses = [await ask(one.api)]
  const client = new Client({ connectionString: LINKS_URL })
  await client.connect()
  await client.query(prolong)
  await client.end()
  const lane = async (api: string) => {
    for (let i = 0; i < 50; i++) statuses.push(await ask(api))
  }
  await Promise.all([one, one, one, one, two, two, two, two].map(({ api }) => lane(api)))
  expect(statuses.filter((status) => status === 200)).toHaveLength(300)
  expect(statuses.filter((status) => status === 429)).toHaveLength(101)
})

test('each answer tells what is left; a refusal, when to come back in whole seconds', async () => {
  await using api = await openTestApi({ requestsPerMinute: 3 })
  const Authorization = await api.bearer('acme')
  const ask = (path: string) => request(api.origin).get(path).set({ Authorization })
  for (const [path, left] of [
    ['/v1/links', 2],
    // Whatever becomes of it.
    ['/v1/links/none', 1],
    ['/v1/nothing', 0],
  ] as const) {
    const { headers } = await ask(path)
    expect(headers['ratelimit-policy']).toBe('"key";q=3;w=60')
    expect(headers['ratelimit']).toMatch(new RegExp(`^"key";r=${left};t=([1-9]|[1-5]\\d|60)$`, 'u'))
    expect(headers['retry-after']).toBeUndefined()
  }
  const refused = await ask('/v1/links').expect(429)
  expect(refused.body).toMatchObject({ code: 'rate_limited', status: 429 })
  expect(refused.headers['ratelimit']).toMatch(/^"key";r=0;t=/u)
  expect(refused.headers['retry-after']).toMatch(/^([1-9]|[1-5]\d|60)$/u)
  // Another key has its own.
  const other = { Authorization: await api.bearer('acme') }
  await request(api.origin).get('/v1/links').set(other).expect(200)
  // Whoever has none is told nothing.
  const { headers } = await request(api.origin).get('/v1/links').expect(401)
  expect(headers['ratelimit']).toBeUndefined()
})

test('a key may have a quota of its own', async () => {
  await using api = await openTestApi()
  const Authorization = await api.bearer('acme')
  const ask = () => request(api.origin).get('/v1/links').set({ Authorization })
  await ask().expect(200)
  await api.postgres.query('update keys set requests_per_minute = 2')
  expect((await ask().expect(200)).headers['ratelimit-policy']).toBe('"key";q=2;w=60')
  await ask().expect(429)
  await api.postgres.query('update keys set requests_per_minute = null')
  await ask().expect(200)
})

test('after its minute a key has all of it again, in every process', async () => {
  await using database = await openTestPostgres()
  const { postgres } = database
  const process = () => createTakeRequest({ postgres, requestsPerMinute: 2, log: silentLog })
  const caller = { keyId: 'a', requestsPerMinute: null }
  const [one, two] = [process(), process()]
  const left = async (take: typeof one) => Object(await take(caller)) as { left: number }
  expect([(await left(one)).left, (await left(two)).left]).toEqual([1, 0])
  await postgres.query(`update rate_limits set expire = 0`)
  expect(await process()(caller)).toMatchObject({ isRefused: false, left: 1 })
})

test('what cannot be counted is not refused', async () => {
  await using api = await openTestApi({ requestsPerMinute: 1 })
  const Authorization = await api.bearer('acme')
  await api.database.asOwner('revoke all on rate_limits from link_write')
  for (let i = 0; i < 3; i++) {
    const { headers } = await request(api.origin)
      .get('/v1/links')
      .set({ Authorization })
      .expect(200)
    expect(headers['ratelimit']).toBeUndefined()
  }
})
