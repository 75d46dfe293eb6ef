import { expect, jest, test } from '@jest/globals'
import { createClient } from './client.ts'
import { pauseAfter } from './attempts.ts'
import { errorOf, SleepwellError } from './sleepwell-error.ts'
import { answering, json, refusal, silence } from './test-server.ts'

const id = '01a0e3c4-5d1f-7c3a-9a55-3f1d2c0b7e11'
const file = { type: 'text/csv', content: 'destination\nhttps://example.com/\n' } as const

function clientOf(server: ReturnType<typeof answering>) {
  return createClient({
    links: 'http://links.test',
    reports: 'http://reports.test',
    apiKey: 'sw_key',
    fetch: server.fetch,
  })
}

const typed = (type: string, body: string | null, status = 200) =>
  new Response(body, { status, headers: { 'Content-Type': type } })
const page = () => typed('text/html; charset=utf-8', '<h1>Sign in</h1>')

test.each([
  ['a page', page],
  ['nothing', () => new Response(null, { status: 204 })],
  ['JSON that was cut off', () => typed('application/json', '{"id":')],
  ['a file', () => typed('text/csv', 'id')],
])('where JSON is due, %s is no result', async (_what, answer) => {
  const server = answering(answer())
  await expect(clientOf(server).findLink(id)).rejects.toMatchObject({ code: 'unexpected_answer' })
  expect(server.asked).toHaveLength(1)
})

test('where a file, a stream or nothing is due, a page is no result either', async () => {
  const client = clientOf(answering(page(), page(), page(), page(), page()))
  const code = 'unexpected_answer'
  await expect(client.exportClicks()).rejects.toMatchObject({ code })
  await expect(client.exportLinks()).rejects.toMatchObject({ code })
  await expect(client.drawQrCode(id)).rejects.toMatchObject({ code })
  await expect(client.deleteLink(id)).rejects.toMatchObject({ code })
  await expect(client.live().next()).rejects.toMatchObject({ code })
})

test('each route is answered with what it has', async () => {
  const client = clientOf(
    answering(
      typed('application/x-ndjson; charset=utf-8', '{}\n'),
      typed('text/csv; charset=utf-8', 'id\n'),
      typed('image/svg+xml', '<svg/>'),
      new Response(null, { status: 204 }),
    ),
  )
  expect(await (await client.exportLinks({ format: 'ndjson' })).text()).toBe('{}\n')
  expect(await (await client.exportLinks()).text()).toBe('id\n')
  expect(await (await client.drawQrCode(id)).text()).toBe('<svg/>')
  expect(await client.revokeKey(id)).toBeUndefined()
})

test.each(['.', '..', ''])(
  'what is called %j would be another route, and is not sent',
  async (word) => {
    const server = answering()
    const client = clientOf(server)
    const code = 'parameter_invalid'
    await expect(client.deleteAlias(id, word)).rejects.toMatchObject({ code })
    await expect(client.findLink(word)).rejects.toMatchObject({ code })
    expect(server.asked).toEqual([])
  },
)

test('a file is sent once, however long it takes, unless something else is asked for', async () => {
  const server = answering(refusal('unavailable'), silence)
  const client = clientOf(server)
  await expect(client.createJob(file)).rejects.toMatchObject({ code: 'unavailable' })
  expect(server.asked).toHaveLength(1)
  jest.useFakeTimers()
  try {
    const control = new AbortController()
    let ended = false
    const sent = client.createJob(file, { signal: control.signal }).catch((error: unknown) => {
      ended = true
      return error
    })
    await jest.advanceTimersByTimeAsync(3_600_000)
    expect(ended).toBe(false)
    const reason = new Error('enough')
    control.abort(reason)
    expect(await sent).toBe(reason)
  } finally {
    jest.useRealTimers()
  }
  const limited = clientOf(answering(silence)).createJob(file, { timeoutMs: 5 })
  await expect(limited).rejects.toMatchObject({ code: 'timeout' })
})

test("what a caller's own function throws is his, and no failure of a call", async () => {
  const bug = new TypeError('a bug')
  const server = answering(json({ id }))
  const answered = () => {
    throw bug
  }
  await expect(clientOf(server).findLink(id, { answered })).rejects.toBe(bug)
  expect(server.asked).toHaveLength(1)
})

test('when to come back may be said as a date, by the clock of who says it', () => {
  const after = (headers: Record<string, string>) =>
    errorOf(new Response(null, { status: 503, headers }), '').retryAfterSeconds
  const date = 'Wed, 21 Oct 2026 07:28:00 GMT'
  expect(after({ 'Retry-After': date, Date: 'Wed, 21 Oct 2026 07:27:30 GMT' })).toBe(30)
  expect(after({ 'Retry-After': date, Date: 'Wed, 21 Oct 2026 07:29:00 GMT' })).toBe(0)
  const soon = after({ 'Retry-After': new Date(Date.now() + 20_000).toUTCString() })
  expect(soon).toBeGreaterThan(10)
  expect(soon).toBeLessThanOrEqual(20)
  expect(after({ 'Retry-After': '7' })).toBe(7)
  expect(after({ 'Retry-After': 'soon' })).toBeUndefined()
  expect(after({})).toBeUndefined()
  const error = new SleepwellError('unavailable', '', { status: 503, retryAfterSeconds: 30 })
  expect(pauseAfter(error, 0, () => 0)).toBe(30_000)
})
