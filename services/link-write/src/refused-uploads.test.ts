// Files that are refused while they still arrive, more of each than sockets hold.
import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, jest, test } from '@jest/globals'
import { maxJobRows } from '@sleepwell/contracts/job'
import { problem } from '@sleepwell/contracts/problem'
import { listen } from '@sleepwell/runtime/http'
import { appWith, Authorization } from './test-app.ts'

jest.setTimeout(20_000)

const megabyte = 1 << 20
const line = '5\n'
const rest = Array.from({ length: 32 }, () => line.repeat(megabyte / line.length))

/** @returns the code of the answer, which is looked for only when all is sent */
async function upload(
  type: string,
  pieces: readonly string[],
  deps: Parameters<typeof appWith>[0] = {},
) {
  await using server = await listen(appWith(deps), { port: 0, host: '127.0.0.1', problem })
  // Node's own client sends no more once it is answered.
  const socket = connect(server.port, '127.0.0.1')
  let answer = ''
  const head = [
    'POST /v1/jobs HTTP/1.1',
    'Host: localhost',
    `Authorization: ${Authorization}`,
    `Content-Type: ${type}`,
    `Content-Length: ${pieces.reduce((sum, { length }) => sum + length, 0)}`,
  ]
  for (const piece of [`${head.join('\r\n')}\r\n\r\n`, ...pieces])
    if (!socket.write(piece)) await once(socket, 'drain')
  for await (const bytes of socket) {
    answer += String(bytes)
    if (answer.endsWith('}')) break
  }
  return /"code":"(\w+)"/u.exec(answer)?.[1]
}

test.each([
  ['too many rows', 'application/x-ndjson', line.repeat(maxJobRows + 1), 'body_too_large'],
  ['a line that is too long', 'application/x-ndjson', 'x'.repeat(megabyte), 'file_invalid'],
  ['a cell that is too long', 'text/csv', `slug\n"${'x'.repeat(megabyte)}`, 'file_invalid'],
  ['a column that means nothing', 'text/csv', 'url\n', 'file_invalid'],
])('%s is refused as what it is', async (_what, type, begin, code) => {
  expect(await upload(type, [begin, ...rest])).toBe(code)
})

test('without a database it is unavailable, not broken off', async () => {
  const addRows = () =>
    Promise.reject(Object.assign(new Error('no database'), { code: 'ECONNREFUSED' }))
  expect(await upload('application/x-ndjson', rest, { addRows })).toBe('unavailable')
})
