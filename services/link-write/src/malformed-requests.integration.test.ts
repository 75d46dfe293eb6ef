// What is no HTTP request that anybody could answer is refused by a problem document of the catalogue too.
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from '@jest/globals'
import { problems } from '@sleepwell/contracts/problem'
import { openTestApi } from './test-api.ts'

test.each([
  ['bad_host', 'GET /v1/links HTTP/1.1\r\nHost: a.example\r\nHost: b.example\r\n\r\n'],
  ['bad_host', 'GET /v1/links HTTP/1.1\r\nHost: a.example\r\nhost: a.example\r\n\r\n'],
  ['bad_host', 'GET /v1/links HTTP/1.1\r\nHost: a.example/x\r\n\r\n'],
  ['bad_host', 'GET /v1/links HTTP/1.1\r\nHost: \r\n\r\n'],
  ['bad_host', 'GET /v1/links HTTP/1.1\r\nConnection: close\r\n\r\n'],
  ['bad_request', 'GET /v1/links HTTP/1.1\r\nHost: a.example\r\nExpect: miracles\r\n\r\n'],
  ['malformed_request', 'GET /v1/links with spaces HTTP/1.1\r\nHost: a.example\r\n\r\n'],
  ['malformed_request', 'GET /v1/links HTTP/1.1\r\nHost: a.example\r\nX: a\u0000b\r\n\r\n'],
  ['headers_too_large', `GET / HTTP/1.1\r\nHost: a.example\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`],
])('%s: %j', async (code, raw) => {
  await using api = await openTestApi()
  const socket = connect(api.port, '127.0.0.1')
  socket.end(raw, 'latin1')
  const answered = await text(socket)
  const status = Number(/^HTTP\/1\.1 (\d{3}) /u.exec(answered)?.[1])
  expect(status).toBe(problems[code as keyof typeof problems][0])
  expect(answered.toLowerCase()).toContain('content-type: application/problem+json')
  expect(JSON.parse(answered.slice(answered.indexOf('\r\n\r\n')))).toMatchObject({ code })
})
