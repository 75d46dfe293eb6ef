import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { expect, test } from '@jest/globals'
import type { CachedLink } from '@sleepwell/contracts/cached-link'
import { problems } from '@sleepwell/contracts/problem'
import fc from 'fast-check'
import request from 'supertest'
import { v7 as uuidv7 } from 'uuid'
import { createApp } from './app.ts'
import type { Claim } from './claim-click.ts'
import type { ClickDraft } from './describe-click.ts'
import { createFastLane } from './fast-lane.ts'
import type { Outcome } from './indicators.ts'
import { createOverload } from './overload.ts'
import { createRedirect } from './redirect.ts'
import type { Resolution } from './resolve-link.ts'
import { noRules } from './test-link.ts'

const link = {
  id: '0199b3a0-0000-7000-8000-000000000001',
  ownerId: 'acme',
  destination: 'https://example.com/?q=%C3%BC',
  ...noRules,
  position: 1,
}

/** The public port of a redirect whose links all resolve to this, and whose claims all end like that. */
function redirectServing(
  resolution: Resolution | (() => Promise<Resolution | 'limited'>),
  claim: Claim = 'granted',
  overload = createOverload(),
) {
  const claims: string[] = []
  const outcomes: Outcome[] = []
  const clicks: ClickDraft[] = []
  const orphans: string[] = []
  const redirect = createRedirect({
    domainOfHost: () => '@',
    known: () => (typeof resolution === 'function' ? undefined : resolution),
    remembered: () => undefined,
    find: async () => (typeof resolution === 'function' ? await resolution() : resolution),
    overload,
    claimClick: async ({ id }) => {
      claims.push(id)
      return claim
    },
    describeClick: (id, { id: linkId, ownerId }) => ({
      type: 'click',
      id,
      linkId,
      ownerId,
      policyVersion: 1,
      bot: false,
      country: 'unknown',
      device: 'unknown',
      browser: 'unknown',
      os: 'unknown',
    }),
    recordClick: (draft, kept) => {
      clicks.push(draft)
      setImmediate(kept)
    },
    recordOrphan: (_id, domain, slug) => void orphans.push(`${domain}/${slug}`),
    answered: (outcome) => outcomes.push(outcome),
    failed: () => {},
    newId: uuidv7,
  })
  const app = createApp({ failed: () => {}, newId: uuidv7 })
  return { server: createServer(createFastLane(redirect, app)), outcomes, clicks, orphans, claims }
}

test('a known link is answered with its destination, and with nothing that a cache may keep', async () => {
  const { server, outcomes, clicks } = redirectServing(link)
  const { headers } = await request(server).get('/home').expect(302)
  expect(headers.location).toBe(link.destination)
  expect(headers['cache-control']).toBe('private, no-store')
  expect(outcomes).toEqual(['found'])
  expect(clicks).toHaveLength(1)
})

test('the id of a redirect is the id of its click', async () => {
  const { server, clicks } = redirectServing(link)
  const { headers } = await request(server).get('/home?utm_source=x')
  expect(headers['x-request-id']).toBe(clicks[0]?.id)
})

test('a proxy may ask with the whole URL', async () => {
  const { server, outcomes } = redirectServing(link)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1')
  socket.write(
    'GET http://go.example/home HTTP/1.1\r\nHost: go.example\r\nConnection: close\r\n\r\n',
  )
  const answer = (await socket.toArray()).join('')
  server.close()
  expect(answer).toMatch(/^HTTP\/1.1 302 /u)
  expect(outcomes).toEqual(['found'])
})

test('HEAD is answered as GET is', async () => {
  const { server, outcomes } = redirectServing(link)
  await request(server).head('/home').expect(302).expect('location', link.destination)
  expect(outcomes).toEqual(['found'])
})

test.each([
  ['absent', 404, 'link_not_found'],
  ['early', 404, 'link_not_found'],
  ['gone', 410, 'link_gone'],
  ['blocked', 410, 'link_blocked'],
  ['unavailable', 503, 'unavailable'],
] as const)(
  '%s: a problem for programs, a page for people, and no click',
  async (why, status, code) => {
    const { server, outcomes, clicks, orphans } = redirectServing(why)
    const problem = await request(server).get('/home').expect(status)
    expect(problem.type).toBe('application/problem+json')
    expect(JSON.parse(problem.text)).toMatchObject({
      code,
      requestId: problem.headers['x-request-id'],
    })
    const page = await request(server).get('/home').set('Accept', 'text/html,*/*').expect(status)
    expect(page.type).toBe('text/html')
    expect(page.text).toContain('<h1>')
    expect(page.headers['retry-after']).toBe(status === 503 ? '1' : undefined)
    expect(outcomes).toEqual([why, why])
    expect(clicks).toEqual([])
    expect(orphans).toEqual(why === 'absent' ? ['@/home', '@/home'] : [])
  },
)

test('what has not begun looks just like what is not there', async () => {
  const ask = async (why: Resolution, accept: string) => {
    const { status, headers, text } = await request(redirectServing(why).server)
      .get('/home')
      .set('Accept', accept)
    const { 'x-request-id': id, date: _date, ...rest } = headers as Record<string, string>
    return { status, rest, text: text.replaceAll(id ?? '', 'id') }
  }
  for (const accept of ['text/html', '*/*'])
    expect(await ask('early', accept)).toEqual(await ask('absent', accept))
})

test.each([301, 302, 307, 308] as const)(
  '%s is answered as the link asks, and kept by nobody',
  async (status) => {
    const { headers } = await request(redirectServing({ ...link, status }).server)
      .get('/home')
      .expect(status)
    expect(headers.location).toBe(link.destination)
    expect(headers['cache-control']).toBe('private, no-store')
  },
)

test('a browser may repeat the answer for as long as the link says, and not beyond its expiry', async () => {
  const cacheControl = async (changes: Partial<CachedLink>) => {
    const { headers } = await request(redirectServing({ ...link, ...changes }).server).get('/home')
    return headers['cache-control'] as string
  }
  expect(await cacheControl({ cacheSeconds: 3600 })).toBe('private, max-age=3600')
  const expiresAt = Date.now() + 600_000
  expect(await cacheControl({ cacheSeconds: 60, expiresAt })).toBe('private, max-age=60')
  const seconds = Number(
    /max-age=(\d+)$/u.exec(await cacheControl({ cacheSeconds: 3600, expiresAt }))?.[1],
  )
  expect(seconds).toBeLessThanOrEqual(600)
  expect(seconds).toBeGreaterThan(0)
  const soon = Date.now() + 900
  expect(await cacheControl({ cacheSeconds: 3600, expiresAt: soon })).toBe('private, no-store')
  expect(await cacheControl({ cacheSeconds: 3600, limited: true })).toBe('private, no-store')
})

test('the query goes with the visitor where the link says so, and nowhere else', async () => {
  const location = async (forwardQuery: boolean) => {
    const { headers } = await request(redirectServing({ ...link, forwardQuery }).server).get(
      '/home?utm_source=x&q=2',
    )
    return headers.location as string
  }
  expect(await location(true)).toBe('https://example.com/?utm_source=x&q=2')
  expect(await location(false)).toBe(link.destination)
})

test('only a limited link needs a claim', async () => {
  const limited = redirectServing({ ...link, limited: true })
  await request(limited.server).get('/home').expect(302)
  expect(limited).toMatchObject({ claims: [link.id], outcomes: ['found'] })
  const free = redirectServing(link)
  await request(free.server).get('/home').expect(302)
  expect(free.claims).toEqual([])
})

test.each([
  ['gone', 410, 'link_gone'],
  ['unclaimed', 503, 'unavailable'],
] as const)('without a claim, %s: no click and no destination', async (claim, status, code) => {
  const { server, outcomes, clicks } = redirectServing({ ...link, limited: true }, claim)
  const { text, headers } = await request(server).get('/home').expect(status)
  expect(JSON.parse(text)).toMatchObject({ code })
  expect(text + JSON.stringify(headers)).not.toContain('example.com')
  expect(headers['retry-after']).toBe(status === 503 ? '1' : undefined)
  expect({ outcomes, clicks }).toEqual({ outcomes: [claim], clicks: [] })
})

test('a scan is answered 429, with the time after which to try again', async () => {
  const { server, outcomes, orphans } = redirectServing(async () => 'limited')
  const { text } = await request(server).get('/home').expect(429).expect('retry-after', '60')
  expect(JSON.parse(text)).toMatchObject({ code: 'too_many_unknown' })
  await request(server).get('/home').set('Accept', 'text/html').expect(429, /<h1>/u)
  expect({ outcomes, orphans }).toEqual({ outcomes: ['limited', 'limited'], orphans: [] })
})

test('what is shed is answered 503 at once, and nothing is loaded for it', async () => {
  const overload = createOverload()
  const late = (ms: number) => [1, 2, 3].forEach(() => overload.sampled(ms))
  let loads = 0
  const { server, outcomes, clicks } = redirectServing(
    async () => {
      loads++
      return link
    },
    'granted',
    overload,
  )
  late(30)
  const { text, headers } = await request(server)
    .get('/home')
    .set('Connection', 'keep-alive')
    .expect(503)
    .expect('retry-after', '1')
    .expect('connection', 'keep-alive')
  expect(JSON.parse(text)).toMatchObject({ code: 'unavailable' })
  expect(headers.date).toBeDefined()
  late(60)
  const ended = await request(server).head('/home').set('Connection', 'keep-alive').expect(503)
  expect(ended.headers.connection).toBe('close')
  expect({ loads, clicks: clicks.length, outcomes }).toEqual({
    loads: 0,
    clicks: 0,
    outcomes: ['shed', 'shed'],
  })
  late(0)
  await request(server).get('/home').expect(302)
})

test('a surprise is answered 500 and counted as an error', async () => {
  const { server, outcomes } = redirectServing(() => Promise.reject(new Error('surprise')))
  await request(server).get('/home').expect(500)
  expect(outcomes).toEqual(['error'])
})

test('the other paths of the public port', async () => {
  const { server } = redirectServing('absent')
  await request(server)
    .get('/')
    .expect(200)
    .expect('content-type', /text\/html/u)
  await request(server)
    .get('/robots.txt')
    .expect(200)
    .expect('content-type', /text\/plain/u)
  await request(server)
    .get('/favicon.ico')
    .expect(200)
    .expect('content-type', /image\/svg/u)
  await request(server).post('/home').expect(405).expect('allow', 'GET, HEAD')
})

test.each([
  '/a%2Fb',
  '/%00',
  '/%F0%9F%98%80',
  '/%',
  '/a/b',
  '/a.b',
  '/-',
  '/a\\b',
  `/${'a'.repeat(65)}`,
])('no link can be at %s', async (path) => {
  const { server, outcomes, orphans } = redirectServing('absent')
  await request(server).get(path).expect(404)
  expect({ outcomes, orphans }).toEqual({ outcomes: [], orphans: [] })
})

test('whatever is asked for, the answer is a redirect or a problem of the catalogue, never a 5xx', async () => {
  const { server } = redirectServing(link)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const path = fc.oneof(
    fc.webPath(),
    fc.string({ maxLength: 80 }).map((text) => `/${encodeURIComponent(text)}`),
    fc.string({
      unit: fc.constantFrom('a', '/', '%', '.', '?', '#', '2', 'F', '-'),
      maxLength: 40,
    }),
  )
  const method = fc.constantFrom('get', 'head', 'post', 'put', 'delete', 'options')
  try {
    await fc.assert(
      fc.asyncProperty(method, path, async (verb, text) => {
        const target = text.startsWith('/') ? text : `/${text}`
        const answer = await request(server)[verb as 'get'](target).redirects(0)
        expect(answer.status).toBeLessThan(500)
        if (answer.type === 'application/problem+json' && verb !== 'head') {
          expect(Object.keys(problems)).toContain(
            (JSON.parse(answer.text) as { code: string }).code,
          )
        }
      }),
      { numRuns: 200 },
    )
  } finally {
    server.close()
  }
})
