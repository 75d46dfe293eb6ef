import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { expect, test } from '@jest/globals'
import { patience } from './patience.ts'

/** Nothing else runs in this process. */
function blockFor(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

test('what arrived while the thread was held is heard before patience ends', async () => {
  const server = createServer((socket) => socket.end('answer')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    const answered = once(socket, 'data').then(() => 'answered')
    const over = patience(40, new AbortController().signal).then(() => 'over')
    await once(socket, 'connect')
    blockFor(120) // longer than all of it
    expect(await Promise.race([answered, over])).toBe('answered')
    expect(await over).toBe('over')
  } finally {
    server.close()
  }
})

test('it ends where nobody answers', async () => {
  expect(await patience(20, new AbortController().signal)).toBeUndefined()
})

test('whoever was answered waits no more', async () => {
  const answered = new AbortController()
  const over = patience(60_000, answered.signal)
  answered.abort()
  await expect(over).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
})
