import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { openFaultProxy, through, type FaultProxy } from './fault-proxy.ts'

let open: AsyncDisposableStack
let proxy: FaultProxy
/** What has come to the server. */
let received: string

beforeEach(async () => {
  open = new AsyncDisposableStack()
  received = ''
  const sockets = new Set<Socket>()
  // Says everything twice.
  const server = createServer((socket) => {
    sockets.add(socket)
    socket
      .on('error', () => {})
      .on('data', (data) => {
        received += data.toString()
        socket.write(Buffer.concat([data, data]))
      })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  open.defer(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  proxy = open.use(await openFaultProxy((server.address() as AddressInfo).port))
})
afterEach(async () => await open.disposeAsync())

/** A client, with what it heard and how it ended. */
async function dial() {
  const socket = connect(proxy.port, '127.0.0.1')
  const client = { socket, heard: '', ended: '' }
  socket
    .on('data', (data) => (client.heard += data.toString()))
    .on('error', (error: NodeJS.ErrnoException) => (client.ended = error.code ?? 'error'))
    .on('end', () => (client.ended = 'end'))
  open.defer(() => void socket.destroy())
  await once(socket, 'connect').catch(() => {})
  return client
}

async function until(condition: () => boolean) {
  while (!condition()) await sleep(2)
}

/** Long enough for an answer over loopback. */
const aMoment = 100

test('passes what is said, and the end of each side', async () => {
  const client = await dial()
  client.socket.write('one')
  await until(() => client.heard === 'oneone')
  client.socket.end()
  await until(() => client.ended === 'end')
  await until(() => proxy.connections() === 0)
})

test('latency delays, and keeps the order', async () => {
  const client = await dial()
  await proxy.set({ latencyMs: 60, jitterMs: 50 })
  const said = Array.from({ length: 20 }, (_, i) => `<${i}>`)
  const startedAt = performance.now()
  for (const word of said) {
    client.socket.write(word)
    await sleep(1)
  }
  await until(() => client.heard.length === said.join('').length * 2)
  expect(received).toBe(said.join(''))
  // There and back takes at least 10 ms twice; a faster machine cannot make it shorter.
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(19)
})

test('latency of one direction leaves the other alone', async () => {
  const client = await dial()
  await proxy.set({ latencyMs: 3_600_000, direction: 'down' })
  client.socket.write('one')
  await until(() => received === 'one')
  await sleep(aMoment)
  expect(client.heard).toBe('')
})

test('a throttled connection delivers so many bytes a second, all of them', async () => {
  const client = await dial()
  await proxy.set({ bytesPerSecond: 2_000, direction: 'up' })
  const startedAt = performance.now()
  client.socket.write('x'.repeat(400))
  await until(() => received.length > 0)
  expect(received.length).toBeLessThan(400)
  await until(() => client.heard.length === 800)
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(190)
})

test('reset breaks off the connections there are, and each new one', async () => {
  const client = await dial()
  await proxy.set('reset')
  await until(() => client.ended === 'ECONNRESET')
  const next = await dial()
  await until(() => next.ended === 'ECONNRESET')
  await proxy.set('pass')
  await expectToWork()
})

test('refuse is as if nobody listened', async () => {
  const client = await dial()
  await proxy.set('refuse')
  await until(() => client.ended === 'ECONNRESET')
  const next = await dial()
  await until(() => next.ended === 'ECONNREFUSED')
  await proxy.set('pass')
  await expectToWork()
})

test('a black hole takes connections and forwards nothing; afterwards all arrives', async () => {
  const client = await dial()
  await proxy.set('black hole')
  const next = await dial()
  client.socket.write('one')
  next.socket.write('two')
  await sleep(aMoment)
  expect([received, client.heard, client.ended, next.ended]).toEqual(['', '', '', ''])
  await proxy.set('pass')
  await until(() => client.heard === 'oneone' && next.heard === 'twotwo')
})

test('half-open connections are silent for ever, and new ones work', async () => {
  const client = await dial()
  await proxy.set('half-open')
  client.socket.write('one')
  await expectToWork()
  await proxy.set('pass')
  await sleep(aMoment)
  expect([client.heard, client.ended]).toEqual(['', ''])
})

test('one direction can go silent', async () => {
  const client = await dial()
  await proxy.set({ isSilent: true, direction: 'down' })
  client.socket.write('one')
  await until(() => received === 'one')
  await sleep(aMoment)
  expect(client.heard).toBe('')
  await proxy.set('pass')
  await until(() => client.heard === 'oneone')
})

test('to another server it leads whoever comes next, and keeps nobody at the one before', async () => {
  const client = await dial()
  const other = createServer((socket) => socket.on('error', () => {}).end('another')).listen(
    0,
    '127.0.0.1',
  )
  open.defer(() => void other.close())
  await once(other, 'listening')
  proxy.lead((other.address() as AddressInfo).port)
  await until(() => client.ended === 'ECONNRESET')
  const next = await dial()
  await until(() => next.heard === 'another')
})

test('a name that moves leads elsewhere only who comes next', async () => {
  const client = await dial()
  client.socket.write('one')
  await until(() => client.heard === 'oneone')
  const other = createServer((socket) => socket.on('error', () => {}).end('another')).listen(
    0,
    '127.0.0.1',
  )
  open.defer(() => void other.close())
  await once(other, 'listening')
  proxy.lead((other.address() as AddressInfo).port, 'stay')
  const next = await dial()
  await until(() => next.heard === 'another')
  client.socket.write('two')
  await until(() => client.heard === 'oneonetwotwo')
})

test('a url leads through the proxy', () => {
  expect(through(proxy, 'postgres://user:pw@127.0.0.1:5432/links?x=y')).toBe(
    `postgres://user:pw@127.0.0.1:${proxy.port}/links?x=y`,
  )
})

async function expectToWork() {
  const client = await dial()
  client.socket.write('works')
  await until(() => client.heard === 'worksworks')
}
