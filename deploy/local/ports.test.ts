import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@jest/globals'
import { checkPorts, freePort, isFree } from './ports.ts'

test.each(['127.0.0.1', '0.0.0.0', '::'])(
  'a port that somebody holds on %s is taken',
  async (host) => {
    await using taken = await hold(host)
    expect(await isFree(taken.port)).toBe(false)
  },
)

test('a taken port is named, with who wanted it', async () => {
  await using taken = await hold('127.0.0.1')
  const wanted = new Map([
    [await freePort(), 'redirect'],
    [taken.port, 'link-write'],
  ])
  await expect(checkPorts(wanted)).rejects.toThrow(
    `Port ${taken.port} is taken (link-write). Choose others with --ports N.`,
  )
})

test('looking at a port does not take it', async () => {
  const port = await freePort()
  expect(await isFree(port)).toBe(true)
  expect(await isFree(port)).toBe(true)
  await checkPorts(new Map([[port, 'redirect']]))
})

test('a free port is below those that the kernel takes for outgoing connections', async () => {
  expect(await freePort()).toBeLessThan(32_768)
})

test('where a neighbour is taken, another port is found', async () => {
  await using taken = await hold('127.0.0.1', await freePort())
  const drawn = [taken.port - 1, 15_000].map((port) => (port - 15_000 + 0.5) / 16_000)
  const next = () => drawn.shift() ?? Math.random()
  expect(await freePort([1], next)).not.toBe(taken.port - 1)
  expect(drawn).toEqual([])
})

async function hold(host: string, port = 0) {
  const server = createServer().listen(port, host)
  await once(server, 'listening')
  return Object.assign(server, { port: (server.address() as AddressInfo).port })
}
