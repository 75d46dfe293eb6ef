import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'

const program = fileURLToPath(new URL('traffic-floor.ts', import.meta.url))

test('it visits again and again, on a new connection each time, and stops when told', async () => {
  await using server = await serving((_req, res) => res.writeHead(302).end())
  const floor = start({ VISIT_URL: server.url, VISIT_EVERY_MS: '1', VISIT_KEY: 'the-key' })
  const visits = await server.visits(5)
  floor.kill('SIGTERM')
  expect(await once(floor, 'close')).toEqual([0, null])
  expect(visits.map(({ url }) => url)).toEqual(Array(5).fill('/probe'))
  expect(visits.map(({ headers }) => headers.authorization)).toEqual(
    Array(5).fill('Bearer the-key'),
  )
  expect(new Set(visits.map(({ socket }) => socket)).size).toBe(5)
})

test('it goes on visiting what fails', async () => {
  await using server = await serving((_req, res) => res.writeHead(503).end())
  const floor = start({ VISIT_URL: server.url, VISIT_EVERY_MS: '1' })
  await server.visits(3)
  floor.kill('SIGTERM')
  expect(await once(floor, 'close')).toEqual([0, null])
})

test('an address that it cannot visit is a wrong configuration', async () => {
  const floor = start({ VISIT_URL: 'redirect-canary', VISIT_EVERY_MS: '1' })
  expect(await once(floor, 'close')).toEqual([1, null])
})

function start(settings: Record<string, string>) {
  return spawn(process.execPath, [program], {
    env: settings,
    stdio: 'ignore',
  })
}

async function serving(answer: (req: IncomingMessage, res: ServerResponse) => void) {
  const came: IncomingMessage[] = []
  const server: Server = createServer((req, res) => {
    came.push(req)
    answer(req, res)
    server.emit('visit')
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/probe`,
    visits: async (number: number) => {
      while (came.length < number) await once(server, 'visit')
      return came.slice(0, number)
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
