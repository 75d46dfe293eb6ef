import { connect, type AddressInfo } from 'node:net'
import { expect, test } from '@jest/globals'
import { probeLink } from '@sleepwell/contracts/probe-link'
import { problems } from '@sleepwell/contracts/problem'
import fc from 'fast-check'
import request from 'supertest'
import { createOverload } from './overload.ts'

import { link, redirectServing } from './test-redirect.ts'

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

test('a monitor is told apart from visitors', async () => {
  const { server, outcomes } = redirectServing({ ...link, id: probeLink.id })
  await request(server).get(`/${probeLink.slug}`).expect(302)
  expect(outcomes).toEqual(['probe'])
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

test('a scan is answered 429, with the time after which to try again', async () => {
  const { server, outcomes, orphans } = redirectServing(async () => 'limited')
  const { text } = await request(server).get('/home').expect(429).expect('retry-after', '60')
  expect(JSON.parse(text)).toMatchObject({ code: 'too_many_unknown' })
  await request(server).get('/home').set('Accept', 'text/html').expect(429, /<h1>/u)
  expect({ outcomes, orphans }).toEqual({ outcomes: ['limited', 'limited'], orphans: [] })
})

test('what is shed is answered 503 at once, and nothing is loaded for it', async () => {
  const overload = createOverload()
  const late = (ms: number) => [1, 2, 3].forEach(() => overload.sampled(ms, 0))
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
  '/a.b/c',
  '//a/b',
  '/a++',
  '/+',
  '/a.b',
  '/-',
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
