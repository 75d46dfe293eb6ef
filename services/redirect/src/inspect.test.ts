// `/slug+`: where a link leads, for who would rather know first.
import { expect, test } from '@jest/globals'
import request from 'supertest'
import { createOverload } from './overload.ts'
import { link, redirectServing } from './test-redirect.ts'

const html = { Accept: 'text/html,*/*' }

test('a program is told where it leads, in JSON', async () => {
  const { server, outcomes, clicks } = redirectServing({
    ...link,
    expiresAt: Date.UTC(2040, 0, 1),
    forwardPath: true,
  })
  const { body, headers } = await request(server).get('/home+').expect(200)
  expect(body).toEqual({
    shortLink: 'https://go.example/home',
    destination: link.destination,
    forwardQuery: false,
    forwardPath: true,
    limited: false,
    createdOn: '2025-10-05',
    expiresAt: '2040-01-01T00:00:00.000Z',
  })
  expect(headers).toMatchObject({
    'cache-control': 'no-store',
    'x-robots-tag': 'noindex',
    vary: 'Accept',
  })
  expect(headers.location).toBeUndefined()
  expect({ outcomes, clicks }).toEqual({ outcomes: [], clicks: [] })
})

test('a person sees a page, in which all is text', async () => {
  const destination = 'https://example.com/?a=1&b=%22%3E%3Cscript%3E\'"<script>alert(1)</script>'
  const { server, outcomes, clicks } = redirectServing({ ...link, destination })
  const { text, headers } = await request(server).get('/home+').set(html).expect(200)
  expect(text).toContain('<h1>https://go.example/home</h1>')
  expect(text).toContain(
    'href="https://example.com/?a=1&amp;b=%22%3E%3Cscript%3E&#39;&quot;&lt;script&gt;',
  )
  expect(text).not.toContain('<script')
  expect(text).toContain('It was made on 2025-10-05.')
  expect(headers['x-robots-tag']).toBe('noindex')
  expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/u)
  expect({ outcomes, clicks }).toEqual({ outcomes: [], clicks: [] })
})

test('the style of a page is the one that its policy allows', async () => {
  const { createHash } = await import('node:crypto')
  const { text, headers } = await request(redirectServing(link).server).get('/home+').set(html)
  const style = /<style>([^]*)<\/style>/u.exec(text)?.[1] ?? ''
  const hash = createHash('sha256').update(style).digest('base64')
  expect(headers['content-security-policy']).toContain(`style-src 'sha256-${hash}'`)
})

test.each([
  ['absent', 404],
  ['early', 404],
  ['gone', 410],
  ['blocked', 410],
  ['unavailable', 503],
  [{ expired: { ...link, expiredDestination: 'https://example.com/over' } }, 410],
] as const)('%j has the status that the link has, and leads nowhere', async (found, status) => {
  const domain = { notFound: 'https://example.com/lost', expired: 'https://example.com/ended' }
  const served = redirectServing(found, 'granted', createOverload(), domain)
  for (const headers of [html, {}]) {
    const answer = await request(served.server).get('/home+').set(headers).expect(status)
    expect(answer.headers.location).toBeUndefined()
    expect(answer.text).not.toContain('example.com')
  }
  const { outcomes, orphans, clicks } = served
  expect({ outcomes, orphans, clicks }).toEqual({ outcomes: [], orphans: [], clicks: [] })
})

test('a limited link is not claimed; one that is known to be used up is gone', async () => {
  const limited = { ...link, limited: true }
  const left = redirectServing(limited)
  const { body } = await request(left.server).get('/home+').expect(200)
  expect(body).toMatchObject({ limited: true })
  expect(left.claims).toEqual([])
  await request(redirectServing(limited, 'gone').server).get('/home+').expect(410)
})

test('a link without a time in its id is not said to be of any', async () => {
  const { body } = await request(
    redirectServing({ ...link, id: 'a5a1e3a0-0000-4000-8000-000000000001' }).server,
  ).get('/home+')
  expect(body.createdOn).toBeNull()
})

test('HEAD, an encoded plus, and a query', async () => {
  const { server } = redirectServing(link)
  const { headers } = await request(server).head('/home+').expect(200)
  expect(Number(headers['content-length'])).toBeGreaterThan(0)
  await request(server).get('/home%2B?a=1').expect(200)
  await request(server).get('/home+/more').expect(404)
  await request(server).post('/home+').expect(405)
})

test('a scan is told so, a process with too much to do answers nothing, and a surprise is a 500', async () => {
  await request(redirectServing(async () => 'limited').server)
    .get('/home+')
    .expect(429)
  const overload = createOverload()
  for (const ms of [60, 60, 60]) overload.sampled(ms, 0)
  const busy = redirectServing(() => Promise.resolve('absent'), 'granted', overload)
  await request(busy.server).get('/home+').expect(503)
  const { server, outcomes } = redirectServing(() => Promise.reject(new Error('surprise')))
  await request(server).get('/home+').expect(500)
  expect(outcomes).toEqual([])
})
