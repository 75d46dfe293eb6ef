import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { expect, test } from '@jest/globals'
import { listen, type ListenOptions } from './http.ts'
import { openConversation } from './test-conversation.ts'
import { testProblem } from './test-problems.ts'

const greet: RequestListener = (_req, res) => res.end('hello')

test('a well-formed request reaches the handler', async () => {
  await using server = await serve(greet)
  const response = await fetch(`http://127.0.0.1:${server.port}/`)
  expect([response.status, await response.text()]).toEqual([200, 'hello'])
})

test.each([
  ['two Host headers', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 'bad_host'],
  ['two equal Host headers', 'GET / HTTP/1.1\r\nHost: a\r\nhOST: a\r\n\r\n', 'bad_host'],
  ['no Host', 'GET / HTTP/1.1\r\n\r\n', 'bad_host'],
  ['no Host in HTTP/1.0', 'GET / HTTP/1.0\r\n\r\n', 'bad_host'],
  ['an empty Host', 'GET / HTTP/1.1\r\nHost:\r\n\r\n', 'bad_host'],
  ['a Host with a path', 'GET / HTTP/1.1\r\nHost: a/b\r\n\r\n', 'bad_host'],
  ['a Host with user information', 'GET / HTTP/1.1\r\nHost: a@b\r\n\r\n', 'bad_host'],
  ['what is not HTTP', 'hello there\r\n\r\n', 'malformed_request'],
  ['a header with a line feed', 'GET / HTTP/1.1\r\nHost: a\r\nX\n: b\r\n\r\n', 'malformed_request'],
  [
    'a length and chunks at once',
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'malformed_request',
  ],
  [
    'an unknown expectation',
    'GET / HTTP/1.1\r\nHost: a\r\nExpect: a miracle\r\nConnection: close\r\n\r\n',
    'bad_request',
  ],
])('%s is refused with a problem document, and no handler sees it', async (_, request, code) => {
  let seen = 0
  await using server = await serve((_req, res) => {
    seen++
    res.end()
  })
  using client = await openConversation(server.port)
  client.say(request)
  await client.hears('"code"')
  client.socket.end()
  const answer = await client.rest()
  expect(answer).toMatch(/^HTTP\/1\.1 400 /u)
  expect(answer.toLowerCase()).toContain('content-type: application/problem+json\r\n')
  expect(answer).toContain(`"code":"${code}"`)
  expect(seen).toBe(0)
})

test('headers without end are refused with 431, however much follows', async () => {
  await using server = await serve(greet)
  using client = await openConversation(server.port)
  client.say('GET / HTTP/1.1\r\nHost: a\r\n')
  for (let i = 0; i < 100; i++) client.say(`X-${i}: ${'x'.repeat(2000)}\r\n`)
  const answer = await client.rest()
  expect(answer).toMatch(/^HTTP\/1\.1 431 /u)
  expect(answer).toContain('"code":"headers_too_large"')
})

test('a client that vanishes in the middle of its request disturbs nobody', async () => {
  await using server = await serve(greet)
  for (let i = 0; i < 20; i++) {
    using client = await openConversation(server.port)
    client.say('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc')
    client.socket.resetAndDestroy()
  }
  expect((await fetch(`http://127.0.0.1:${server.port}/`)).status).toBe(200)
})

test('a taken port rejects instead of ending the process', async () => {
  await using server = await serve(greet)
  await expect(serve(greet, { port: server.port })).rejects.toThrow('EADDRINUSE')
})

test('stopping finishes what is under way and says that the connection ends', async () => {
  const begun = Promise.withResolvers<void>()
  const finish = Promise.withResolvers<void>()
  const server = await serve(async (_req, res) => {
    begun.resolve()
    await finish.promise
    res.end('whole')
  })
  using client = await openConversation(server.port)
  client.say('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await begun.promise
  const stopped = server[Symbol.asyncDispose]()
  await untilRefused(server.port)
  finish.resolve()
  expect(await client.rest()).toContain('whole')
  await stopped
})

test('who leaves goes on taking connections and answering, and each answer ends its connection', async () => {
  await using server = await serve(greet)
  using kept = await openConversation(server.port)
  kept.say('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await kept.hears('hello')
  const hurry = new AbortController()
  const left = server.leave(2 ** 30, hurry.signal)
  using late = await openConversation(server.port)
  for (const client of [kept, late]) {
    client.say('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    expect(await client.rest()).toMatch(/connection: close\r\n[^]*hello$/iu)
  }
  hurry.abort()
  await left
})

test('who has left does not wait any longer than the delay', async () => {
  await using server = await serve(greet)
  const neverHurried = new AbortController().signal
  await expect(server.leave(1, neverHurried)).resolves.toBeUndefined()
  await expect(server.leave(2 ** 30, AbortSignal.abort())).resolves.toBeUndefined()
})

test('a request that was sent on a kept connection before stopping is still answered', async () => {
  const server = await serve(greet)
  using client = await openConversation(server.port)
  client.say('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await client.hears('hello')
  client.say('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  const stopped = server[Symbol.asyncDispose]()
  expect((await client.rest()).match(/hello/gu)).toHaveLength(2)
  await stopped
})

test('connections that were made before stopping, and that nobody had time to take, are served', async () => {
  const server = await serve(greet)
  const size = 50
  const state = new Int32Array(new SharedArrayBuffer(8))
  const crowd = new Worker(new URL('test-crowd.ts', import.meta.url), {
    workerData: { port: server.port, size, state },
  })
  Atomics.wait(state, 0, 0) // until all are connected and have asked: this thread is busy as long
  const stopped = server[Symbol.asyncDispose]()
  await once(crowd, 'exit')
  expect(Atomics.load(state, 1)).toBe(size)
  await stopped
})

test('stopping does not wait for idle connections', async () => {
  const server = await serve(greet)
  using client = await openConversation(server.port)
  client.say('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await client.hears('hello')
  await server[Symbol.asyncDispose]()
  expect(await client.rest()).toContain('hello')
})

test.each([
  ['never asked anything', ''],
  ['have sent half a request', 'GET / HTTP/1.1\r\nHo'],
])('stopping does not wait for connections that %s', async (_, said) => {
  const server = await serve(greet, { drainMs: 2 ** 30 })
  using client = await openConversation(server.port)
  client.say(said)
  await server[Symbol.asyncDispose]()
  expect(await client.rest()).toBe('')
})

test('a request that arrives while stopping on a connection just made is still answered', async () => {
  const server = await serve(greet, { drainMs: 2 ** 30 })
  using client = await openConversation(server.port)
  await fetch(`http://127.0.0.1:${server.port}/`) // by now the server has taken the first connection too
  const stopped = server[Symbol.asyncDispose]()
  client.say('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  const answer = await client.rest()
  expect(answer).toContain('hello')
  expect(answer).toMatch(/connection: close/iu)
  await stopped
})

test('beyond the bound a connection is closed, and idle ones make room for the next', async () => {
  let refused = 0
  const options = { maxConnections: 2, refused: () => refused++ }
  await using server = await serve(greet, options)
  using first = await openConversation(server.port)
  using second = await openConversation(server.port)
  for (const client of [first, second]) {
    client.say('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await client.hears('hello')
  }
  using third = await openConversation(server.port)
  expect(await third.rest()).toBe('')
  expect(refused).toBe(1)
  await Promise.all([first.rest(), second.rest()])
  using fourth = await openConversation(server.port)
  fourth.say('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await fourth.hears('hello')
})

test('a request that never ends is cut when the time for draining is over', async () => {
  const begun = Promise.withResolvers<void>()
  const server = await serve(() => begun.resolve(), { drainMs: 20 })
  using client = await openConversation(server.port)
  client.say('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await begun.promise
  await server[Symbol.asyncDispose]()
  expect(await client.rest()).toBe('')
})

/** Those that come before are served, and one after the other they would be for long. */
async function untilRefused(port: number): Promise<void> {
  for (;;) {
    const refusal = await openConversation(port).then(
      ({ socket }) => void socket.destroy(),
      (error: unknown) => error,
    )
    if (refusal !== undefined) return expect(refusal).toMatchObject({ code: 'ECONNREFUSED' })
    await sleep(20)
  }
}

function serve(handler: RequestListener, options: Partial<ListenOptions> = {}) {
  return listen(handler, { port: 0, host: '127.0.0.1', problem: testProblem, ...options })
}
