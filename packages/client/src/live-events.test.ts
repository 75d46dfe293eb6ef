import { expect, test } from '@jest/globals'
import { serving } from '@sleepwell/testing/serving'
import { createClient } from './client.ts'
import { type LiveEvent, type Position, readEvents } from './live-events.ts'
import { refusal } from './test-server.ts'

const clicks = (id: string, total: number) =>
  `id: ${id}\nevent: clicks\ndata: ${JSON.stringify({ totals: { total } })}\n\n`

test('events are read wherever the stream is cut into pieces', async () => {
  const text = `retry: 2000\n\n: still here\n\n${clicks('1', 3)}event: novel\ndata: 1\n\nid: 2\nevent: gap\ndata: {"reason":\ndata: "é"}\n\nevent: clicks\ndata: {"cut`
  for (const size of [1, 2, 7, 1000]) {
    const bytes = new TextEncoder().encode(text)
    const body = new ReadableStream<Uint8Array>({
      start: (control) => {
        for (let at = 0; at < bytes.length; at += size) control.enqueue(bytes.slice(at, at + size))
        control.close()
      },
    })
    const found: (LiveEvent | Position)[] = []
    for await (const event of readEvents(body)) found.push(event)
    expect(found).toEqual([
      { event: 'clicks', id: '1', data: { totals: { total: 3 } } },
      { event: 'gap', id: '2', data: { reason: 'é' } },
    ])
  }
})

test('a stream that breaks off is gone on with, after what was seen last', async () => {
  const seen: (string | undefined)[] = []
  await using server = await serving((req, res) => {
    seen.push(req.headers['last-event-id'] as string | undefined)
    res.writeHead(200, { 'Content-Type': 'text/event-stream' })
    res.write(clicks(String(seen.length), seen.length))
    setImmediate(() => res.destroy())
  })
  const client = createClient({ reports: server.origin, apiKey: 'k' })
  const control = new AbortController()
  const totals: number[] = []
  const connections: boolean[] = []
  const connected = (is: boolean) => void connections.push(is)
  for await (const event of client.live({ signal: control.signal, since: '0', connected })) {
    if (event.event === 'clicks') totals.push(event.data.totals.total)
    if (totals.length === 2) control.abort()
  }
  expect(totals).toEqual([1, 2])
  expect(seen).toEqual(['0', '1'])
  expect(connections.slice(0, 3)).toEqual([true, false, true])
})

test('a quiet stream is gone on with from where it was, and has begun once it says where that is', async () => {
  const seen: (string | undefined)[] = []
  await using server = await serving((req, res) => {
    seen.push(req.headers['last-event-id'] as string | undefined)
    res.writeHead(200, { 'Content-Type': 'text/event-stream' })
    if (seen.length === 1) res.write('retry: 2000\n\n')
    else res.write(seen.length === 2 ? ': quiet\nid: 7\n\n' : clicks('8', 1))
    setImmediate(() => res.destroy())
  })
  const client = createClient({ reports: server.origin, apiKey: 'k' })
  const connections: boolean[] = []
  const connected = (is: boolean) => void connections.push(is)
  for await (const { id } of client.live({ connected })) {
    expect(id).toBe('8')
    break
  }
  expect(seen).toEqual([undefined, undefined, '7'])
  expect(connections).toEqual([false, true, false, true])
})

test('one who may not listen is told so', async () => {
  const fetch = async () => refusal('forbidden')
  const client = createClient({ reports: 'http://reports.test', apiKey: 'k', fetch })
  await expect(client.live().next()).rejects.toMatchObject({ code: 'forbidden' })
})

test('one who need not be told again ends it by what he throws, and hears why it could not begin', async () => {
  const failures: unknown[] = []
  const fetch = async () => {
    throw new TypeError('gone')
  }
  const client = createClient({ reports: 'http://reports.test', apiKey: 'k', fetch, retries: 0 })
  const enough = new TypeError('enough')
  const connected = (_is: boolean, failure: unknown) => {
    failures.push(failure)
    throw enough
  }
  await expect(client.live({ connected }).next()).rejects.toBe(enough)
  expect(failures).toMatchObject([{ code: 'unreachable' }])
  await using server = await serving((_req, res) => {
    res.writeHead(200, { 'Content-Type': 'text/event-stream' })
    res.write(clicks('1', 1))
  })
  const there = createClient({ reports: server.origin, apiKey: 'k' })
  await expect(there.live({ connected }).next()).rejects.toBe(enough)
})

test('who stops listening leaves', async () => {
  let left: Promise<unknown> | undefined
  await using server = await serving((_req, res) => {
    res.writeHead(200, { 'Content-Type': 'text/event-stream' })
    res.write(clicks('1', 1))
    left = new Promise((resolve) => res.once('close', resolve))
  })
  for await (const event of createClient({ reports: server.origin, apiKey: 'k' }).live()) {
    expect(event.id).toBe('1')
    break
  }
  await left
})
