import { expect, test } from '@jest/globals'
import { createClient } from './client.ts'
import type { ClientOptions } from './request.ts'
import { SleepwellError } from './sleepwell-error.ts'
import { answering, json, refusal, silence } from './test-server.ts'

const id = '01a0e3c4-5d1f-7c3a-9a55-3f1d2c0b7e11'

function clientOf(server: ReturnType<typeof answering>, more: Partial<ClientOptions> = {}) {
  return createClient({
    links: 'http://links.test/',
    reports: 'http://reports.test',
    apiKey: 'sw_key',
    fetch: server.fetch,
    ...more,
  })
}

async function failureOf(promise: Promise<unknown>): Promise<SleepwellError> {
  const error = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  )
  if (!(error instanceof SleepwellError)) throw error
  return error
}

test('a call says who asks, and what, in the words of its route', async () => {
  const server = answering(
    json({ id }, 201),
    json({ id }),
    json({ rows: [] }),
    new Response(null, { status: 204 }),
  )
  const client = clientOf(server)
  expect(await client.createLink({ destination: 'https://example.com/' })).toEqual({ id })
  await client.updateLink('a/b', { title: null }, { ifMatch: { version: 7 } })
  await client.reportClicks({ groupBy: 'day', 'filter[os]': 'iOS' })
  expect(await client.deleteLink(id, { ifMatch: '*' })).toBeUndefined()
  expect(server.asked.map(({ method, url, body }) => [method, url, body])).toEqual([
    ['POST', 'http://links.test/v1/links', '{"destination":"https://example.com/"}'],
    ['PATCH', 'http://links.test/v1/links/a%2Fb', '{"title":null}'],
    ['GET', 'http://reports.test/v1/reports/clicks?groupBy=day&filter%5Bos%5D=iOS', undefined],
    ['DELETE', `http://links.test/v1/links/${id}`, undefined],
  ])
  expect(server.asked.map(({ headers }) => headers.get('authorization'))).toEqual(
    Array.from({ length: 4 }, () => 'Bearer sw_key'),
  )
  expect(server.asked.map(({ headers }) => headers.get('if-match'))).toEqual([
    null,
    '"7"',
    null,
    '*',
  ])
})

test('a file goes along as it is, under its own type', async () => {
  const server = answering(refusal('unavailable'), json({ id }, 202))
  const client = clientOf(server)
  const file = { type: 'text/csv', content: 'destination\nhttps://example.com/\n' } as const
  expect(await client.createJob(file, { query: { upsert: true }, retries: 1 })).toEqual({ id })
  expect(server.asked.map(({ url, body }) => [url, body])).toEqual(
    Array.from({ length: 2 }, () => ['http://links.test/v1/jobs?upsert=true', file.content]),
  )
  expect(server.asked[0]?.headers.get('content-type')).toBe('text/csv')
})

test('each change has a key of its own, which stays the same however often it is sent', async () => {
  const server = answering(
    new TypeError('reset'),
    refusal('unavailable'),
    json({ id }, 201),
    json({ id }, 201),
  )
  const client = clientOf(server)
  await client.createLink({ destination: 'https://example.com/' })
  await client.createLink({ destination: 'https://example.com/' })
  const keys = server.asked.map(({ headers }) => headers.get('idempotency-key'))
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/u)
  expect(new Set(keys.slice(0, 3)).size).toBe(1)
  expect(keys[3]).not.toBe(keys[0])
})

test('reading has none', async () => {
  const server = answering(json({ links: [], nextCursor: null }))
  await clientOf(server).listLinks()
  expect(server.asked[0]?.headers.has('idempotency-key')).toBe(false)
})

test('a refusal has its code, and is not tried again', async () => {
  const server = answering(refusal('slug_taken'))
  const error = await failureOf(clientOf(server).createLink({ destination: 'x', slug: 'a' }))
  expect([error.code, error.status, error.requestId]).toEqual(['slug_taken', 409, 'r-1'])
  expect(error.message).toBe('Another link has this slug')
  expect(server.asked).toHaveLength(1)
})

test('an answer that is no problem document is not taken for one', async () => {
  const server = answering(new Response('<h1>Not found</h1>', { status: 404 }))
  const error = await failureOf(clientOf(server).findLink(id))
  expect([error.code, error.status]).toEqual(['unexpected_answer', 404])
})

test('attempts have an end', async () => {
  const server = answering(refusal('unavailable'), refusal('unavailable'), refusal('unavailable'))
  const error = await failureOf(clientOf(server, { retries: 2 }).findLink(id))
  expect(error.code).toBe('unavailable')
  expect(server.asked).toHaveLength(3)
})

test('one who is told to come back much later is told so', async () => {
  const server = answering(refusal('rate_limited', { 'Retry-After': '3600' }))
  const error = await failureOf(clientOf(server).findLink(id))
  expect([error.code, error.retryAfterSeconds]).toEqual(['rate_limited', 3600])
})

test('silence ends after the time-out, an unknown host says so', async () => {
  const slow = await failureOf(
    clientOf(answering(silence), { retries: 0, timeoutMs: 5 }).findLink(id),
  )
  expect(slow.code).toBe('timeout')
  const gone = await failureOf(
    clientOf(answering(new TypeError('gone')), { retries: 0 }).findLink(id),
  )
  expect([gone.code, gone.message]).toEqual(['unreachable', 'http://links.test cannot be reached'])
})

test('an abort ends a call with its reason: before it, while it waits for an answer, and between attempts', async () => {
  const reason = new Error('enough')
  for (const reply of [silence, refusal('unavailable', { 'Retry-After': '30' })]) {
    const control = new AbortController()
    const call = clientOf(answering(reply)).findLink(id, { signal: control.signal })
    setImmediate(() => control.abort(reason))
    await expect(call).rejects.toBe(reason)
  }
  const aborted = clientOf(answering(json({})), { signal: AbortSignal.abort(reason) })
  await expect(aborted.findLink(id)).rejects.toBe(reason)
})

test('a list is read to its end, page after page', async () => {
  const server = answering(
    json({ links: [{ id: 'a' }, { id: 'b' }], nextCursor: 'c1' }),
    json({ links: [], nextCursor: 'c2' }),
    json({ links: [{ id: 'c' }], nextCursor: null }),
  )
  const found: string[] = []
  for await (const link of clientOf(server).each('listLinks', { limit: 2 })) found.push(link.id)
  expect(found).toEqual(['a', 'b', 'c'])
  expect(server.asked.map(({ url }) => url.split('?')[1])).toEqual([
    'limit=2',
    'limit=2&cursor=c1',
    'limit=2&cursor=c2',
  ])
})

test('a list of something keeps to it', async () => {
  const server = answering(
    json({ entries: [], nextCursor: 'c' }),
    json({ entries: [], nextCursor: null }),
  )
  for await (const entry of clientOf(server).each('listHistory', id)) expect(entry).toBeUndefined()
  expect(server.asked.map(({ url }) => url)).toEqual([
    `http://links.test/v1/links/${id}/history`,
    `http://links.test/v1/links/${id}/history?cursor=c`,
  ])
})

test('what is no JSON is answered as it comes', async () => {
  const csv = new Response('a,b\r\n', { headers: { 'Content-Type': 'text/csv' } })
  expect(await (await clientOf(answering(csv)).exportClicks()).text()).toBe('a,b\r\n')
})

test('an API whose origin nobody said is not guessed', async () => {
  const client = createClient({ links: 'http://links.test', apiKey: 'k', fetch: answering().fetch })
  await expect(client.readLedger()).rejects.toThrow('origin of reports')
  await expect(client.live().next()).rejects.toThrow('origin of reports')
})
