import { createServer, type ServerResponse } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { expect, test } from '@jest/globals'
import { writeRedirectHead } from './redirect-head.ts'

const location = 'https://example.com/?a=b#c'
const id = '01a2136a-9913-75f0-afa3-393d9c69739a'

/** What a client receives, to the end of the connection. */
async function received(request: string, answer: (res: ServerResponse) => void): Promise<string> {
  const server = createServer({ keepAliveTimeout: 5000 }, (_req, res) => answer(res))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  let text = ''
  try {
    socket.setEncoding('latin1').on('data', (more) => (text += String(more)))
    socket.write(request)
    await new Promise((resolve) => socket.once('end', resolve))
    return text.replaceAll(/Date: [^\r]+/gu, 'Date: now')
  } finally {
    socket.destroy()
    server.close()
  }
}

const plainly = (res: ServerResponse) => {
  const headers = ['Location', location, 'Cache-Control', 'no-store', 'X-Request-Id', id]
  res.writeHead(302, [...headers, 'Content-Length', '0'])
  res.end()
}
const inOne = (res: ServerResponse) => {
  writeRedirectHead(res, 302, location, 'no-store', id, false)
  res.end()
}

const one = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
const last = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'

test.each([
  ['the last request of a connection', last],
  ['HEAD', last.replace('GET', 'HEAD')],
  ['HTTP/1.0', 'GET / HTTP/1.0\r\n\r\n'],
  ['HTTP/1.0 that would stay', `GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n${last}`],
  ['several requests at once', one + one + last],
])('a client cannot tell it from writeHead: %s', async (_what, request) => {
  const text = await received(request, inOne)
  expect(text).toBe(await received(request, plainly))
  expect(text).toContain(`Location: ${location}\r\n`)
  expect(text).toContain('Date: now')
})

test('a link that is not to be listed says so, either way', async () => {
  const asked = (res: ServerResponse) => {
    writeRedirectHead(res, 302, location, 'no-store', id, true)
    res.end()
  }
  const plainer = (res: ServerResponse) => {
    res.setHeader('Connection', 'close')
    asked(res)
  }
  for (const answer of [asked, plainer])
    expect(await received(last, answer)).toContain('\r\nX-Robots-Tag: noindex\r\n')
  expect(await received(last, inOne)).not.toContain('X-Robots-Tag')
})

test('headers that are there already are kept', async () => {
  const closing = (answer: (res: ServerResponse) => void) => (res: ServerResponse) => {
    res.setHeader('Connection', 'close')
    answer(res)
  }
  const text = await received(one, closing(inOne))
  expect(text).toBe(await received(one, closing(plainly)))
  expect(text).toContain('Connection: close')
})

test('nothing can be smuggled in by a location', async () => {
  const answer = (res: ServerResponse) => {
    expect(() => {
      writeRedirectHead(res, 302, 'https://a/\r\nSet-Cookie: a=b', 'no-store', id, false)
    }).toThrow('Invalid character')
    res.end()
  }
  expect(await received(last, answer)).not.toContain('Set-Cookie')
})
