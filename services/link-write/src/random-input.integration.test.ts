// Whatever somebody sends, the answer is below 500, and a refusal is a problem document of the catalogue. Against a
// real Postgres, because what it objects to would be a 500.
import { request as httpRequest } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { problems } from '@sleepwell/contracts/problem'
import fc from 'fast-check'
import { openTestApi } from './test-api.ts'

// Processes and random input take their time on a busy machine.
jest.setTimeout(60_000)

let api: Awaited<ReturnType<typeof openTestApi>>
let Authorization: string
let link: string

beforeAll(async () => {
  api = await openTestApi()
  Authorization = await api.bearer('acme')
  const created = await send('POST', '/v1/links', {}, '{"destination":"https://example.com/"}')
  link = `/v1/links/${(JSON.parse(created.body) as { id: string }).id}`
})
afterAll(() => api[Symbol.asyncDispose]())

interface Answered {
  readonly status: number
  readonly type: string
  readonly body: string
}

function send(
  method: string,
  path: string,
  headers: Record<string, string>,
  body: string | Uint8Array,
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = { Authorization, 'Content-Type': 'application/json', ...headers }
    const length = { 'Content-Length': String(Buffer.byteLength(body)) }
    const req = httpRequest(
      { host: '127.0.0.1', port: api.port, method, path, headers: { ...sent, ...length } },
      (res) => {
        const type = res.headers['content-type'] ?? ''
        text(res).then((body) => resolve({ status: res.statusCode ?? 0, type, body }), reject)
      },
    )
    req.once('error', reject).end(body)
  })
}

function expectCivil({ status, type, body }: Answered, method = 'POST'): void {
  expect(status).toBeLessThan(500)
  if (status < 400) return
  expect(type).toBe('application/problem+json')
  if (method === 'HEAD') return
  const { code, status: said } = JSON.parse(body) as { code: keyof typeof problems; status: number }
  expect(said).toBe(status)
  expect(problems[code][0]).toBe(status)
}

// Text with everything that parsers and databases trip over.
const odd = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('\u0000', '\ud800', '\udc00', '\\', '%', '/', '\n', 'é', '🦊'),
  }),
  fc.constantFrom('__proto__', 'constructor', 'toString', '', 'a'.repeat(3000)),
  fc.webUrl(),
)
const url = fc.oneof(
  fc.webUrl({ withQueryParameters: true, withFragments: true, validSchemes: ['http', 'https'] }),
  fc
    .tuple(fc.constantFrom('http://', 'https://', 'http://a.example/', 'javascript:'), odd)
    .map((p) => p.join('')),
  odd,
)
const value = fc.oneof(
  odd,
  fc.jsonValue(),
  fc.date().map(String),
  fc.date({ noInvalidDate: true }).map((d) => d.toISOString()),
)
const linkBody = fc.record(
  {
    destination: fc.oneof(url, value),
    slug: value,
    domain: fc.oneof(value, fc.constantFrom('go.example.com', 'sho.rt')),
    expiresAt: value,
    startsAt: value,
    maxClicks: fc.oneof(value, fc.integer()),
    forwardQuery: fc.oneof(value, fc.boolean()),
    redirectStatus: fc.oneof(value, fc.integer({ min: 300, max: 310 })),
    cacheSeconds: fc.oneof(value, fc.integer({ min: -2, max: 86_402 })),
    expiredDestination: fc.oneof(url, value),
    forwardPath: fc.oneof(value, fc.boolean()),
    noindex: fc.oneof(value, fc.boolean()),
    preview: fc.oneof(value, fc.record({ title: value, description: odd, image: url })),
    blocked: fc.oneof(value, fc.boolean()),
    title: fc.oneof(odd, value),
    tags: fc.oneof(fc.array(odd, { maxLength: 3 }), value),
  },
  { requiredKeys: ['destination'] },
)
const body = fc.oneof(linkBody, fc.jsonValue(), fc.dictionary(odd, value))
const runs = { numRuns: 300 }

test('random bodies', async () => {
  await fc.assert(
    fc.asyncProperty(body, fc.boolean(), async (body, create) => {
      const sent = JSON.stringify(body)
      const headers: Record<string, string> = create ? {} : { 'If-Match': '*' }
      const [method, path] = create ? ['POST', '/v1/links'] : ['PATCH', link]
      expectCivil(await send(method, path, headers, sent))
    }),
    runs,
  )
})

test('what is accepted is answered as it was sent', async () => {
  const accepted = fc.record({
    title: fc.string({ unit: 'grapheme', maxLength: 40 }),
    tags: fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 }), {
      maxLength: 5,
    }),
    expiresAt: fc
      .date({ min: new Date('2100-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
      .map((at) => at.toISOString()),
    startsAt: fc
      .date({ min: new Date(0), max: new Date('2099-12-31'), noInvalidDate: true })
      .map((at) => at.toISOString()),
    forwardQuery: fc.boolean(),
    redirectStatus: fc.constantFrom(301, 302, 307, 308),
    maxClicks: fc.option(fc.integer({ min: 1, max: 1_000_000_000 })),
    expiredDestination: fc.constantFrom(null, 'https://example.com/over?a=%20#b'),
    forwardPath: fc.boolean(),
    noindex: fc.boolean(),
    preview: fc.option(
      fc.record({
        title: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
        description: fc.constantFrom(null, 'd"<>&'),
        image: fc.constantFrom(null, 'https://example.com/a.png'),
      }),
    ),
  })
  await fc.assert(
    fc.asyncProperty(accepted, async (body) => {
      const sent = JSON.stringify({ ...body, destination: 'https://example.com/' })
      const answered = await send('POST', '/v1/links', {}, sent)
      expect(answered.status).toBe(201)
      expect(JSON.parse(answered.body)).toMatchObject(body)
    }),
    { numRuns: 100 },
  )
})

test('random bytes for a body', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      expectCivil(await send('POST', '/v1/links', {}, bytes))
    }),
    runs,
  )
})

// What a client can put on the wire as one token of the request line.
const target = fc
  .string({ unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCodePoint(code)) })
  .map((rest) => rest.replaceAll('#', ''))
const method = fc.constantFrom(
  'GET',
  'HEAD',
  'POST',
  'PATCH',
  'DELETE',
  'PUT',
  'OPTIONS',
  'PROPFIND',
)
const path = fc.oneof(
  target.map((rest) => `/${rest}`),
  target.map((rest) => `/v1/links/${rest}`),
  target.map((rest) => `/v1/links?${rest}`),
  target.map((rest) => `/v1/links?cursor=${rest}`),
  odd.map((rest) => `/v1/links/${encodeURIComponent(rest.toWellFormed())}`),
  fc
    .tuple(fc.maxSafeNat(), fc.uuid())
    .map(
      ([micros, id]) => `/v1/links?cursor=${Buffer.from(`${micros}.${id}`).toString('base64url')}`,
    ),
)

test('random methods and paths', async () => {
  await fc.assert(
    fc.asyncProperty(method, path, async (method, path) => {
      expectCivil(await send(method, path, {}, ''), method)
    }),
    runs,
  )
})

// Latin-1 is what a header can carry.
const headerValue = fc.oneof(
  fc.string({ unit: fc.constantFrom('"', 'W/', ',', '*', '1', '0', ' ', '\t', 'é', 'ÿ', '~') }),
  fc.string({ maxLength: 300 }).map((text) => text.replaceAll(/[^\t\u0020-\u007e]/gu, '')),
)
const headers = fc.record(
  {
    'If-Match': headerValue,
    'If-None-Match': headerValue,
    'Idempotency-Key': headerValue,
    'Content-Type': headerValue,
    'Content-Encoding': fc.oneof(headerValue, fc.constantFrom('gzip', 'br', 'deflate')),
    Authorization: fc.oneof(
      headerValue,
      headerValue.map((text) => `Bearer ${text}`),
    ),
    Accept: headerValue,
    'Accept-Encoding': headerValue,
    Expect: headerValue,
    Cookie: headerValue,
    'X-Forwarded-For': headerValue,
    'X-HTTP-Method-Override': headerValue,
  },
  { requiredKeys: [] },
)

test('random headers', async () => {
  await fc.assert(
    fc.asyncProperty(method, fc.boolean(), headers, async (method, one, headers) => {
      const body = method === 'GET' || method === 'HEAD' ? '' : '{"title":"t"}'
      const given = Object.fromEntries(Object.entries(headers).filter(([, text]) => text !== ''))
      expectCivil(await send(method, one ? link : '/v1/links', given, body), method)
    }),
    runs,
  )
})
