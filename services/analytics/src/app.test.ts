import { expect, test } from '@jest/globals'
import { keyFromSecret, type KeyHolder } from '@sleepwell/contracts/api-key'
import type { ClickReport } from '@sleepwell/contracts/report'
import fc from 'fast-check'
import request from 'supertest'
import { appWith, books, get, holder, nothing, path, settings } from './test-app.ts'

test('the ledger is shown to admins, and to nobody else', async () => {
  const admin = appWith({ identified: { ...holder, scopes: ['admin'] } })
  const bearer = ['Authorization', 'Bearer key'] as const
  const { body } = await request(admin.app)
    .get('/v1/ledger')
    .set(...bearer)
    .expect(200)
  expect(body).toEqual(books)
  const { app } = appWith()
  await request(app)
    .get('/v1/ledger')
    .set(...bearer)
    .expect(403)
  await request(app).get('/v1/ledger').expect(401)
})

test('every key may read for whom it speaks', async () => {
  const { app } = appWith({ identified: { ...holder, scopes: ['links:create'] } })
  const { body } = await request(app)
    .get('/v1/key')
    .set('Authorization', 'Bearer key')
    .expect(200)
    .expect('Cache-Control', 'no-store')
  expect(body).toEqual({ id: holder.keyId, ownerId: holder.ownerId, scopes: ['links:create'] })
})

test('whoever may read reports may read how long clicks are kept', async () => {
  const asked = (identified: KeyHolder) =>
    request(appWith({ identified }).app).get('/v1/settings').set('Authorization', 'Bearer key')
  const { body } = await asked(holder).expect(200).expect('Cache-Control', 'private, no-cache')
  expect(body).toEqual(settings)
  await asked({ ...holder, scopes: ['links:read'] }).expect(403)
  await request(appWith().app).get('/v1/settings').expect(401)
})

test('a report is JSON that only its reader keeps, and asks about again', async () => {
  const { app, answers } = appWith()
  const { body, headers } = await get(app).expect(200).expect('Content-Type', /json/u)
  expect((body as ClickReport).dataThrough).toBeNull()
  expect(headers['cache-control']).toBe('private, no-cache')
  expect(headers['x-content-type-options']).toBe('nosniff')
  expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/u)
  expect(answers).toEqual(['GET /v1/reports/clicks 200'])
})

test.each([
  ['unknown', 401, 'unauthenticated'],
  ['expired', 401, 'key_expired'],
  ['unavailable', 503, 'unavailable'],
  [{ ...holder, scopes: ['links:read'] } satisfies KeyHolder, 403, 'forbidden'],
] as const)('a key that is %j answers %i', async (identified, status, code) => {
  const { app } = appWith({ identified })
  const { body } = await get(app).expect(status).expect('Content-Type', 'application/problem+json')
  expect(body).toMatchObject({ status, code })
})

test('no key, and nothing is told', async () => {
  const { body } = await request(appWith().app).get(path).expect(401)
  expect(body).toMatchObject({ code: 'unauthenticated' })
})

test('an administrator may read reports', async () => {
  const { status } = await get(appWith({ identified: { ...holder, scopes: ['admin'] } }).app)
  expect(status).toBe(200)
})

test('the database being away answers 503, to be tried again', async () => {
  const countClicks = async () => {
    throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
  }
  const { headers } = await get(appWith({ countClicks }).app).expect(503)
  expect(headers['retry-after']).toBe('1')
})

test('a link that is not the owner’s answers 404', async () => {
  const { body } = await get(appWith().app, '?linkId=0f0f0f0f-0000-4000-8000-000000000001').expect(
    404,
  )
  expect(body).toMatchObject({ code: 'link_not_found' })
})

test('another method answers 405 with what is allowed', async () => {
  const { app } = appWith()
  const answer = request(app).post(path).set('Authorization', 'Bearer key')
  const { headers } = await answer.expect(405)
  expect(headers.allow).toBe('GET, HEAD')
})

test('another spelling of the path is another path', async () => {
  for (const other of ['/V1/reports/clicks', '/v1/Reports/clicks', '/v1/reports'])
    await request(appWith().app).get(other).set('Authorization', 'Bearer key').expect(404)
})

test('who has the report already is told so, until a number changes', async () => {
  let human = 1
  const countClicks = async () => ({ ...nothing, totals: { human, bot: 0, uniques: 0 } })
  const { app } = appWith({ countClicks })
  const query = '?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z'
  const tag = (await get(app, query)).headers.etag ?? ''
  expect(tag).toMatch(/^"[\w-]{43}"$/u)
  const again = await get(app, query).set('If-None-Match', tag).expect(304)
  expect(again.text).toBe('')
  expect(again.headers.etag).toBe(tag)
  human = 2
  expect((await get(app, query).set('If-None-Match', tag).expect(200)).headers.etag).not.toBe(tag)
})

test.each([
  ['not_kept', /sums/u],
  ['too_slow', /5 s/u],
] as const)('a filtered report that is %s answers 422 and says why', async (outcome, detail) => {
  const { app } = appWith({ countRawClicks: async () => outcome })
  const { body } = await get(app, '?filter[country]=DE').expect(422)
  expect(body).toMatchObject({ code: 'range_too_wide', detail: expect.stringMatching(detail) })
})

test('more followers than there is room for are told to come back', async () => {
  const answer = request(appWith().app).get('/v1/live').set('Authorization', 'Bearer key')
  expect((await answer.expect(503)).headers['retry-after']).toBe('1')
})

test.each(['/v1/reports/clicks.csv', '/v1/reports/orphans', '/v1/clicks.csv', '/v1/live'])(
  '%s needs reports:read, and takes no parameter that it does not know',
  async (other) => {
    const { app } = appWith({ identified: { ...holder, scopes: ['links:read'] } })
    await request(app).get(other).set('Authorization', 'Bearer key').expect(403)
    const { body } = await request(appWith().app)
      .get(`${other}?form=2026-01-01T00:00:00Z`)
      .set('Authorization', 'Bearer key')
      .expect(400)
    expect(body).toMatchObject({ code: 'unknown_parameter' })
  },
)

test.each([
  'groupby=day',
  'groupBy=day&groupBy=day',
  '__proto__x=a',
  'filter[country]=DE&filter[country]=FR',
  'filter[city]=Bonn',
  'filter[__proto__]=x',
  'filter=DE',
])('%s is no parameter of a report', async (query) => {
  const { body } = await request(appWith().app)
    .get(`${path}?${query}`)
    .set('Authorization', 'Bearer key')
    .expect(400)
  expect(body).toMatchObject({ code: 'unknown_parameter' })
})

test.each([
  'groupBy=week',
  'groupBy=',
  'groupBy=constructor',
  'filter[country]=',
  'filter[country]=D%00',
  `filter[referrer]=${'x'.repeat(254)}`,
])('a report does not take the value in %s', async (query) => {
  const { body } = await request(appWith().app)
    .get(`${path}?${query}`)
    .set('Authorization', 'Bearer key')
    .expect(400)
  expect(body).toMatchObject({ code: 'parameter_invalid' })
})

test('no query whatsoever is answered with a 5xx, or a refusal that is no problem document', async () => {
  const { app } = appWith()
  const name = fc.oneof(
    fc.constantFrom('linkId', 'groupBy', 'from', 'to', 'timezone', 'filter[os]', 'filter[x]'),
    fc.string({ unit: 'binary', maxLength: 8 }),
  )
  const value = fc.oneof(
    fc.constantFrom(
      'day',
      'weekday_hour',
      'utm_term',
      'Europe/Berlin',
      '2026-01-01T00:00:00Z',
      '9999-12-31T23:59:59Z',
    ),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.string({ unit: 'binary' }),
    fc.uuid(),
  )
  const encoded = fc.array(fc.tuple(name, value), { maxLength: 5 }).map((pairs) => {
    const query = new URLSearchParams()
    for (const [n, v] of pairs) query.append(n, v)
    return query.toString()
  })
  const raw = fc.string({ maxLength: 60 }).map((text) => text.replace(/[^\u0021-\u007e]|#/gu, '%'))
  await fc.assert(
    fc.asyncProperty(fc.oneof(encoded, raw), async (query) => {
      const { status, type } = await get(app, `?${query}`)
      expect(status).toBeLessThan(500)
      expect(type).toBe(status === 200 ? 'application/json' : 'application/problem+json')
    }),
    { numRuns: 300 },
  )
})

test('neither key, query, address nor user agent is in a log line or a route', async () => {
  const { app, lines, answers } = appWith()
  const key = keyFromSecret('n'.repeat(32))
  await request(app)
    .get(`${path}?timezone=needle-timezone&needle-name=1&from=http://needle.example/`)
    .set('Authorization', `Bearer ${key}`)
    .set('User-Agent', 'needle-agent')
    .set('X-Forwarded-For', '203.0.113.77')
    .set('Referer', 'https://needle.example/path')
  await request(app).get('/v1/needle-path').set('Authorization', `Bearer ${key}`)
  expect(lines.length).toBeGreaterThan(0)
  const told = lines.join('') + answers.join('')
  for (const needle of ['needle', '203.0.113', '127.0.0.1', key]) expect(told).not.toContain(needle)
})
