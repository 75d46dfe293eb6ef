import { describe, test, expect } from '@jest/globals'
import request from 'supertest'
import { appWith, Authorization, destination, expectProblem, id, path } from './test-app.ts'

describe('a body is refused with the code of what is wrong', () => {
  test.each([
    ['destination_scheme', { destination: 'javascript:alert(1)' }],
    ['destination_scheme', { destination: 'data:text/html,x' }],
    ['destination_scheme', { destination: 'ftp://example.com/' }],
    ['destination_invalid', { destination: '' }],
    ['destination_invalid', { destination: 'example.com' }],
    ['destination_invalid', { destination: 'https:example.com' }],
    ['destination_invalid', { destination: 'java\nscript:alert(1)' }],
    ['destination_invalid', { destination: 'https://example.com\\@evil.example' }],
    ['destination_invalid', { destination: 'https://example.com/\u0000' }],
    ['destination_invalid', { destination: 'https://example.com/\ud800' }],
    ['destination_too_long', { destination: `https://example.com/${'a'.repeat(10_000)}` }],
    ['destination_own_host', { destination: 'https://GO.example.com.:8443/x' }],
    ['slug_invalid', { destination, slug: '' }],
    ['slug_invalid', { destination, slug: 'a%2Fb' }],
    ['slug_invalid', { destination, slug: 'a/b' }],
    ['slug_invalid', { destination, slug: 'a\u0000' }],
    ['slug_invalid', { destination, slug: '🦊' }],
    ['slug_invalid', { destination, slug: 'a'.repeat(65) }],
    ['slug_reserved', { destination, slug: 'V1' }],
    ['slug_reserved', { destination, slug: 'robots.txt' }],
    ['domain_unknown', { destination, domain: 'evil.example' }],
    ['domain_unknown', { destination, domain: 'go.exam\nple.com' }],
    ['domain_unknown', { destination, domain: 'x@go.example.com' }],
    ['expires_in_past', { destination, expiresAt: '2026-01-01T00:00:00Z' }],
    ['expires_in_past', { destination, expiresAt: '0000-01-01T00:00:00Z' }],
    [
      'starts_after_expiry',
      { destination, startsAt: '2027-01-01T01:00:00+01:00', expiresAt: '2027-01-01T00:00:00Z' },
    ],
    ['limited_link_cached', { destination, maxClicks: 5, cacheSeconds: 1 }],
    ['destination_scheme', { destination, expiredDestination: 'javascript:alert(1)' }],
    ['destination_own_host', { destination, expiredDestination: 'https://go.example.com/x' }],
    ['destination_invalid', { destination, expiredDestination: '' }],
    ['destination_scheme', { destination, preview: { image: 'data:image/png;base64,AA' } }],
    ['destination_invalid', { destination, preview: { title: 't', image: '/spring.png' } }],
    ['invalid_body', { destination, preview: {} }],
    ['invalid_body', { destination, preview: { title: '', description: null } }],
    ['invalid_body', { destination, preview: { title: 'a\nb' } }],
    ['invalid_body', { destination, preview: { title: 'a'.repeat(201) } }],
    ['invalid_body', { destination, preview: { description: 'a'.repeat(501) } }],
    ['invalid_body', { destination, preview: { title: 't', video: 'https://a.example/' } }],
    ['invalid_body', { destination, forwardPath: 'yes' }],
    ['invalid_body', { destination, noindex: null }],
    ['invalid_body', { destination, aliases: [] }],
    ['invalid_body', { destination, startsAt: '1969-12-31T23:59:59Z' }],
    ['invalid_body', { destination, maxClicks: 0 }],
    ['invalid_body', { destination, maxClicks: 1_000_000_001 }],
    ['invalid_body', { destination, maxClicks: 1.5 }],
    ['invalid_body', { destination, redirectStatus: 303 }],
    ['invalid_body', { destination, redirectStatus: '301' }],
    ['invalid_body', { destination, cacheSeconds: -1 }],
    ['invalid_body', { destination, cacheSeconds: 86_401 }],
    ['invalid_body', { destination, forwardQuery: null }],
    ['invalid_body', { destination, blocked: false }],
    ['invalid_body', { destination, expiresAt: '2026-02-30T00:00:00Z' }],
    ['invalid_body', { destination, expiresAt: '2027-01-01' }],
    ['invalid_body', { destination, expiresAt: 1_800_000_000 }],
    ['invalid_body', { destination, title: 'a\u0000b' }],
    ['invalid_body', { destination, title: '\udfff' }],
    ['invalid_body', { destination, tags: ['a\u0000'] }],
    ['invalid_body', { destination, tags: ['a', 'a'] }],
    ['invalid_body', { destination, tags: Array.from({ length: 21 }, (_, i) => `t${i}`) }],
    ['invalid_body', { destination, slug: 5 }],
    ['invalid_body', { destination, slug: null }],
    ['invalid_body', { destination, ownerId: 'rival' }],
    ['invalid_body', { url: destination }],
    ['invalid_body', [destination]],
    ['invalid_body', {}],
  ] as const)('%s: %j', async (code, body) => {
    const response = await request(appWith()).post('/v1/links').set({ Authorization }).send(body)
    expectProblem(response, code)
  })

  test.each(['null', '5', '"text"', '[]', '{"__proto__":{"destination":"x"}}'])(
    'invalid_body: %s',
    async (text) => {
      const post = request(appWith()).post('/v1/links').set({ Authorization }).type('json')
      expectProblem(await post.send(text), 'invalid_body')
    },
  )

  test('no body', async () => {
    const response = await request(appWith()).post('/v1/links').set({ Authorization })
    expectProblem(response, 'invalid_body')
  })

  test('every mistake in the shape is named by a JSON Pointer', async () => {
    const { body } = await request(appWith())
      .post('/v1/links')
      .set({ Authorization })
      .send({ tags: ['', 3], 'a/b~c': 1 })
    const pointers = (body.errors as { pointer: string }[]).map(({ pointer }) => pointer)
    expect(new Set(pointers)).toEqual(new Set(['/destination', '/tags/0', '/tags/1', '/a~1b~0c']))
  })

  test('what is wrong in a preview is named', async () => {
    const { body } = await request(appWith())
      .post('/v1/links')
      .set({ Authorization })
      .send({ destination, preview: { title: 't', image: 'ftp://a.example/' } })
    expect(body.errors).toMatchObject([{ pointer: '/preview/image' }])
  })

  test('a change obeys the same rules', async () => {
    const patch = (body: object) =>
      request(appWith()).patch(path).set({ Authorization, 'If-Match': '*' }).send(body)
    expectProblem(await patch({}), 'invalid_body')
    expectProblem(await patch({ slug: null }), 'invalid_body')
    expectProblem(await patch({ slug: 'a/b' }), 'slug_invalid')
    expectProblem(await patch({ slug: 'V1' }), 'slug_reserved')
    expectProblem(await patch({ expiredDestination: 'ftp://a.example/' }), 'destination_scheme')
    expectProblem(await patch({ preview: {} }), 'invalid_body')
    expectProblem(await patch({ destination: null }), 'invalid_body')
    expectProblem(await patch({ destination: 'https://go.example.com/x' }), 'destination_own_host')
    expectProblem(await patch({ expiresAt: '2025-01-01T00:00:00Z' }), 'expires_in_past')
  })
})

describe('a request is refused with the code of what is wrong', () => {
  const post = (headers: Record<string, string>, text: string) =>
    request(appWith())
      .post('/v1/links')
      .set({ Authorization, ...headers })
      .send(text)
  const json = { 'Content-Type': 'application/json' }

  test('broken JSON', async () => {
    expectProblem(await post(json, '{"destination":'), 'bad_json')
  })

  test('a body of 17 kB', async () => {
    expectProblem(await post(json, JSON.stringify('a'.repeat(17 * 1024))), 'body_too_large')
  })

  test('a body that is not JSON, or compressed by something unknown', async () => {
    expectProblem(await post({ 'Content-Type': 'text/plain' }, 'x'), 'unsupported_media_type')
    const odd = { ...json, 'Content-Encoding': 'odd' }
    expectProblem(await post(odd, '{}'), 'unsupported_media_type')
  })

  test.each(['?x=1', '?limit=1', '?=', '?__proto__=1'])(
    'a query on a create: %s',
    async (query) => {
      const response = await request(appWith())
        .post(`/v1/links${query}`)
        .set({ Authorization })
        .send({ destination })
      expectProblem(response, 'unknown_parameter')
    },
  )

  test.each([
    ['unknown_parameter', '?limit=1&limit=2'],
    ['unknown_parameter', '?cursor=a&cursor=b'],
    ['unknown_parameter', '?offset=3'],
    ['parameter_invalid', '?limit=0'],
    ['parameter_invalid', '?limit=101'],
    ['parameter_invalid', '?limit=-1'],
    ['parameter_invalid', '?limit=1e1'],
    ['parameter_invalid', '?limit='],
    ['bad_cursor', '?cursor='],
    ['bad_cursor', '?cursor=AAAA'],
    ['bad_cursor', `?cursor=${Buffer.from(`9999999999999999.${id}`).toString('base64url')}`],
    ['bad_cursor', `?cursor=${Buffer.from(`1.${id}x`).toString('base64url')}`],
    ['bad_cursor', `?cursor=${Buffer.from(`01.${id}`).toString('base64url')}`],
    ['bad_cursor', `?cursor=${Buffer.from(`1.${id}`).toString('base64url')}=`],
  ] as const)('%s: a list with %s', async (code, query) => {
    expectProblem(await request(appWith()).get(`/v1/links${query}`).set({ Authorization }), code)
  })

  test.each(['nonsense', '%00', 'a%2Fb', '🦊', `${id}x`])('no such id: %s', async (text) => {
    const at = `/v1/links/${text.startsWith('%') || text.includes('%') ? text : encodeURI(text)}`
    for (const attempt of [
      request(appWith()).get(at),
      request(appWith()).patch(at).send({ title: 'x' }),
      request(appWith()).delete(at),
    ])
      expectProblem(await attempt.set({ Authorization, 'If-Match': '*' }), 'link_not_found')
  })

  test('percent-encoding that decodes to nothing', async () => {
    const response = await request(appWith()).get('/v1/links/%zz').set({ Authorization })
    expectProblem(response, 'bad_request')
  })

  test.each(['', ' '.repeat(2), 'é', 'a'.repeat(256)])('Idempotency-Key %j', async (key) => {
    const headers = { Authorization, 'Idempotency-Key': key }
    const send = request(appWith()).post('/v1/links').set(headers).send({ destination })
    expectProblem(await send, 'idempotency_key_invalid')
  })

  test('another method, with those that are allowed', async () => {
    const put = await request(appWith()).put('/v1/links').set({ Authorization })
    expectProblem(put, 'method_not_allowed')
    expect(put.headers.allow).toBe('GET, HEAD, POST')
    const post = await request(appWith()).post(path).set({ Authorization })
    expectProblem(post, 'method_not_allowed')
    expect(post.headers.allow).toBe('DELETE, GET, HEAD, PATCH')
  })

  test('a path that is nobody’s', async () => {
    for (const other of ['/', '/v1', '/v1/links/a/b', '/v2/links', '//v1/links'])
      expectProblem(await request(appWith()).get(other).set({ Authorization }), 'not_found')
  })
})
