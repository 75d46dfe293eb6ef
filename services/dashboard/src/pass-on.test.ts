import { once } from 'node:events'
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@jest/globals'
import { createClient } from '@sleepwell/client/client'
import express, { type Response } from 'express'
import { createPassOn } from './pass-on.ts'

/** A service that answers as told, and our server before it. */
async function passingOnTo(service: RequestListener | 'nobody', answerMs?: number) {
  const open = new AsyncDisposableStack()
  const serve = async (listener: RequestListener) => {
    const server = createServer(listener).listen(0, '127.0.0.1')
    await once(server, 'listening')
    open.defer(() => {
      server.closeAllConnections()
      server.close()
    })
    return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
  }
  const { server, origin } = await serve(service === 'nobody' ? () => {} : service)
  if (service === 'nobody') await new Promise((resolve) => server.close(resolve))
  const refused: Response[] = []
  let whenRefused = (_res: Response): unknown => undefined
  const closed = Promise.withResolvers<unknown>()
  const passOn = createPassOn({
    origin,
    service: 'analytics',
    ...(answerMs !== undefined && { answerMs }),
    refused: (res) => {
      refused.push(res)
      whenRefused(res)
    },
  })
  open.use(passOn)
  const app = express()
  app.all('/{*path}', (req, res) => {
    res.locals.requestId = 'r-1'
    res.once('close', () => closed.resolve(res.locals.broken))
    passOn.pass(req, res, req.originalUrl, 'sw_key')
  })
  const ours = await serve(app)
  return {
    ...ours,
    passOn,
    refused,
    whenRefused: (act: typeof whenRefused) => (whenRefused = act),
    wasBroken: closed.promise,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

test('a request arrives with the key of the session and without what is ours; its answer as it is', async () => {
  const asked: { req: IncomingMessage; body: string }[] = []
  await using at = await passingOnTo(async (req, res) => {
    asked.push({ req, body: String(Buffer.concat(await req.toArray())) })
    res.writeHead(412, {
      'Content-Type': 'application/problem+json',
      ETag: '"7"',
      'X-Request-Id': 'theirs',
      RateLimit: '"key";r=1;t=2',
      'Set-Cookie': 'theirs=1',
    })
    res.end('{"code":"version_mismatch"}')
  })
  const answer = await fetch(`${at.origin}/v1/links/1?a=%2F`, {
    method: 'PATCH',
    headers: {
      Authorization: 'Bearer of-the-browser',
      Cookie: 'sleepwell-8083=sealed',
      'Content-Type': 'application/json',
      'If-Match': '"6"',
      'Idempotency-Key': 'i',
    },
    body: '{"title":"ü"}',
  })
  expect(answer.status).toBe(412)
  expect(await answer.text()).toBe('{"code":"version_mismatch"}')
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    etag: '"7"',
    'x-request-id': 'theirs',
    ratelimit: '"key";r=1;t=2',
  })
  expect(answer.headers.get('set-cookie')).toBeNull()
  const [{ req, body } = { req: undefined, body: '' }] = asked
  expect([req?.method, req?.url, body]).toEqual(['PATCH', '/v1/links/1?a=%2F', '{"title":"ü"}'])
  expect(req?.headers).toMatchObject({
    authorization: 'Bearer sw_key',
    'if-match': '"6"',
    'idempotency-key': 'i',
  })
  expect(req?.headers.cookie).toBeUndefined()
})

test('a stream flows as it comes, and ends at the service when its reader leaves', async () => {
  const left = Promise.withResolvers<void>()
  let tell = (_text: string): unknown => undefined
  await using at = await passingOnTo((req, res: ServerResponse) => {
    res.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders()
    res.once('close', left.resolve)
    tell = (text) => res.write(text)
    expect(req.headers['last-event-id']).toBe('5')
  })
  const leave = new AbortController()
  const answer = await fetch(`${at.origin}/v1/live`, {
    headers: { 'Last-Event-ID': '5' },
    signal: leave.signal,
  })
  const reader = answer.body?.getReader()
  tell('id: 6\n\n')
  const { value } = (await reader?.read()) ?? {}
  expect(new TextDecoder().decode(value)).toBe('id: 6\n\n')
  expect(at.passOn.count()).toBe(1)
  leave.abort()
  await left.promise
})

test('at the end streams are cut off', async () => {
  await using at = await passingOnTo((_req, res) => {
    res.writeHead(200, { 'Content-Type': 'text/event-stream' })
    res.write(': hello\n\n')
  })
  const answer = await fetch(`${at.origin}/v1/live`)
  const reader = answer.body?.getReader()
  await reader?.read()
  at.passOn[Symbol.dispose]()
  await expect(reader?.read()).rejects.toThrow('terminated')
})

test('a service that is away is named', async () => {
  await using at = await passingOnTo('nobody')
  const answer = await fetch(`${at.origin}/v1/links`)
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
  expect(await answer.json()).toMatchObject({
    code: 'unavailable',
    detail: 'analytics does not answer.',
    requestId: 'r-1',
  })
})

test('a service that is silent is named before a browser gives up, and not asked again', async () => {
  const asked: string[] = []
  await using at = await passingOnTo((req) => void asked.push(req.method ?? ''), 200)
  const client = createClient({ links: at.origin, apiKey: 'session', retries: 1 })
  const failure: unknown = await client.listTags().catch((error: unknown) => error)
  expect(failure).toMatchObject({
    code: 'unavailable',
    problem: { detail: 'analytics has not answered within 0.2 s.', requestId: 'r-1' },
  })
  expect(asked).toEqual(['GET'])
  // A change is: with its Idempotency-Key it is not done twice, and its outcome may be told.
  await expect(client.restoreLink('1')).rejects.toThrow('within 0.2 s')
  expect(asked).toEqual(['GET', 'POST', 'POST'])
  expect(at.passOn.count()).toBe(0)
})

test.each(['/v1/clicks.csv?from=x', '/v1/links/export', '/v1/live'])(
  '%s may take longer to begin',
  async (path) => {
    await using at = await passingOnTo((_req, res) => {
      setTimeout(() => res.end('late'), 300)
    }, 100)
    expect(await (await fetch(`${at.origin}${path}`)).text()).toBe('late')
  },
)

test('an answer that has begun goes on for as long as it takes', async () => {
  await using at = await passingOnTo((_req, res) => {
    res.write('begun ')
    setTimeout(() => res.end('late'), 300)
  }, 100)
  expect(await (await fetch(`${at.origin}/v1/links`)).text()).toBe('begun late')
})

test('an answer that breaks off is not one that ended', async () => {
  await using at = await passingOnTo((_req, res) => {
    res.writeHead(200, { 'Content-Length': 100 })
    res.write('half', () => res.destroy())
  })
  const answer = await fetch(`${at.origin}/v1/export`)
  await expect(answer.text()).rejects.toThrow('terminated')
  expect(await at.wasBroken).toBe(true)
})

test('a key that opens nothing any more ends its session', async () => {
  await using at = await passingOnTo((_req, res) => res.writeHead(401).end())
  await fetch(`${at.origin}/v1/links`)
  expect(at.refused).toHaveLength(1)
})

test('one who leaves as his answer begins takes nobody else along', async () => {
  await using at = await passingOnTo((_req, res) => res.writeHead(401).end())
  at.whenRefused((res) => res.destroy())
  await expect(fetch(`${at.origin}/v1/links`)).rejects.toThrow('fetch failed')
  expect(at.passOn.count()).toBe(0)
})
