import { describe, expect, test } from '@jest/globals'
import type { ProblemCode } from '@sleepwell/contracts/problem'
import request, { type Response } from 'supertest'
import { apiKey, appWith, cookieOf, origin, session, signIn } from './test-dashboard.ts'

const fromPage = { Host: 'dashboard.test', Origin: origin }

function expectProblem(response: Response, code: ProblemCode): void {
  expect(response.headers['content-type']).toBe('application/problem+json')
  expect(response.body).toMatchObject({ code, status: response.status })
  expect(response.body.requestId).toBe(response.headers['x-request-id'])
}

describe('signing in', () => {
  test('an API key becomes a cookie that no script, no other site and no reader understands', async () => {
    const { app, outcomes } = appWith()
    const answer = await signIn(app).expect(204)
    const [cookie] = answer.headers['set-cookie'] as unknown as string[]
    expect(cookie).toMatch(
      /^sleepwell-8083=[\w.*~-]+; Max-Age=3600; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/u,
    )
    expect(cookie).not.toContain(apiKey)
    const { body } = await request(app)
      .get('/api/session')
      .set('Cookie', cookieOf(answer))
      .expect(200)
      .expect('Cache-Control', 'no-store')
    expect(body).toEqual({
      keyId: session.keyId,
      ownerId: 'acme',
      name: 'team',
      scopes: ['links:read', 'reports:read'],
      roles: ['viewer'],
    })
    expect(JSON.stringify(body)).not.toContain(apiKey)
    expect(outcomes).toEqual(['accepted'])
  })

  test('under https the cookie never leaves it, nor the host', async () => {
    const { app } = appWith({ dashboardUrl: 'https://dash.example' })
    const answer = await request(app)
      .post('/api/session')
      .set({ Origin: 'https://dash.example' })
      .send({ apiKey })
      .expect(204)
    const [cookie] = answer.headers['set-cookie'] as unknown as string[]
    expect(cookie).toMatch(/^__Host-sleepwell=.*; Path=\/; .*; Secure; SameSite=Strict$/u)
    expect(answer.headers['strict-transport-security']).toMatch(/^max-age=/u)
  })

  test.each([
    ['unknown', 'unauthenticated', 'refused'],
    ['expired', 'key_expired', 'refused'],
    ['unavailable', 'unavailable', 'unavailable'],
  ] as const)('a key that is %s is answered %s', async (identified, code, outcome) => {
    const { app, outcomes } = appWith({ identified })
    const answer = await signIn(app)
    expectProblem(answer, code)
    expect(answer.headers['set-cookie']).toBeUndefined()
    expect(outcomes).toEqual([outcome])
  })

  test('a link signs in whoever uses it first, and nobody else', async () => {
    let left = 1
    const link = { apiKey, use: async () => left-- > 0 }
    const { app } = appWith({ link })
    const token = { token: 't' }
    const answers = await Promise.all([signIn(app, token), signIn(app, token)])
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([204, 401])
    expectProblem(answers.find(({ status }) => status === 401) as Response, 'sign_in_link_used')
  })

  test('a link is not used up while nobody can tell whose key it has', async () => {
    const link = {
      apiKey,
      use: async () => {
        throw new Error('used')
      },
    }
    expectProblem(
      await signIn(appWith({ link, identified: 'unavailable' }).app, { token: 't' }),
      'unavailable',
    )
  })

  test('no link, another body, no body', async () => {
    const { app } = appWith()
    expectProblem(await signIn(app, { token: 'none' }), 'sign_in_link_used')
    expectProblem(await signIn(app, { apiKey, token: 't' }), 'invalid_body')
    expectProblem(await signIn(app, []), 'invalid_body')
  })

  test('who tries too often waits', async () => {
    const answer = await signIn(appWith({ waitSeconds: 7 }).app)
    expectProblem(answer, 'too_many_sign_ins')
    expect(answer.headers['retry-after']).toBe('7')
  })

  test('signing out takes the cookie away', async () => {
    const { app } = appWith()
    const answer = await request(app).delete('/api/session').set(fromPage).expect(204)
    expect(answer.headers['set-cookie']?.[0]).toMatch(
      /^sleepwell-8083=; .*Expires=Thu, 01 Jan 1970/u,
    )
  })
})

describe('who did not sign in, or comes from elsewhere', () => {
  test('nobody is signed in', async () => {
    const { app } = appWith()
    await request(app).get('/api/session').expect(204, '')
    await request(app)
      .get('/api/session')
      .set('Cookie', 'sleepwell-8083=Fe26.2*1*forged')
      .expect(204, '')
  })

  test.each(['/api/links/v1/links', '/api/reports/v1/live', '/api/reliability'])(
    '%s is closed',
    async (path) => {
      const { app } = appWith()
      expectProblem(await request(app).get(path), 'not_signed_in')
      expectProblem(
        await request(app).get(path).set('Cookie', 'sleepwell-8083=Fe26.2*1*forged'),
        'not_signed_in',
      )
    },
  )

  test.each([
    ['another site', { ...fromPage, Origin: 'http://evil.test' }],
    ['another port', { ...fromPage, Origin: `${origin}:81` }],
    ['a sandbox', { ...fromPage, Origin: 'null' }],
    ['nobody says', { Host: 'dashboard.test' }],
    ['a browser knows better', { ...fromPage, 'Sec-Fetch-Site': 'cross-site' }],
  ])('a change is refused from %s', async (_from, headers) => {
    const { app } = appWith()
    const cookie = cookieOf(await signIn(app))
    const as = { Cookie: cookie, ...headers }
    expectProblem(await request(app).post('/api/session').set(as).send({ apiKey }), 'other_site')
    expectProblem(await request(app).delete('/api/links/v1/links/1').set(as), 'other_site')
  })

  test('where the origin is configured, the name that a request gives itself counts for nothing', async () => {
    const { app } = appWith({ dashboardUrl: 'http://dash.example' })
    expectProblem(await signIn(app), 'other_site')
  })
})

describe('passing on', () => {
  test('the path goes to its API, with the key of the session', async () => {
    const passed: string[] = []
    const to = (name: string) => ({
      pass: (_req: unknown, res: { end: () => void }, path: string, key: string) => {
        passed.push(`${name} ${path} ${key === apiKey}`)
        res.end()
      },
    })
    const { app } = appWith({ links: to('links'), reports: to('reports') })
    const cookie = cookieOf(await signIn(app))
    await request(app).get('/api/links/v1/links?q=a%2Fb').set('Cookie', cookie).expect(200)
    await request(app).get('/api/reports/v1/live').set('Cookie', cookie).expect(200)
    expect(passed).toEqual(['links /v1/links?q=a%2Fb true', 'reports /v1/live true'])
    expectProblem(
      await request(app).get('/api/links/openapi.json').set('Cookie', cookie),
      'not_found',
    )
    expectProblem(await request(app).get('/api/other').set('Cookie', cookie), 'not_found')
  })
})

describe('the page', () => {
  test.each(['/', '/links', '/links/01a0e3c4', '/sign-in?next=%2F'])(
    '%s is the page',
    async (path) => {
      const { app } = appWith()
      const { text, headers } = await request(app).get(path).set('Accept', 'text/html').expect(200)
      expect(text).toContain('<title>Sleepwell</title>')
      expect(headers['cache-control']).toBe('no-cache')
      const policy = headers['content-security-policy']
      expect(policy).toContain("default-src 'self'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toMatch(/unsafe|data:|\*/u)
      expect(headers['x-frame-options']).toBe('DENY')
    },
  )

  test('a file of another release is not', async () => {
    const { app } = appWith()
    expectProblem(await request(app).get('/assets/index-old.js'), 'not_found')
    expectProblem(await request(app).get('/robots.txt').set('Accept', 'text/html'), 'not_found')
  })

  test('nothing that was asked for or sent is logged', async () => {
    const { app, lines } = appWith()
    await signIn(app)
    await request(app).get('/api/links/v1/links?q=secret-word')
    expect(lines).toHaveLength(2)
    expect(lines.join()).not.toMatch(/secret-word|sw_/u)
  })
})
