import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import type { KeyHolder } from '@sleepwell/contracts/api-key'
import type { KeyOutcome } from '@sleepwell/runtime/express-api'
import express, { type Request, type Response } from 'express'
import type { Follower } from './live-feed.ts'
import { followLive } from './live-route.ts'

const holder: KeyHolder = { keyId: 'k', ownerId: 'owner', scopes: ['reports:read'] }

/** A server whose feed is one follower; the client has sent its request and reads nothing. */
async function openFeed(
  identify: () => Promise<KeyOutcome<KeyHolder>> = async () => holder,
  clock = { now: 0 },
) {
  const followers: Follower[] = []
  let left = false
  const app = express()
  app.get('/', (req, res) => {
    const follow = (one: Follower) => {
      followers.push(one)
      return () => (left = true)
    }
    followLive(follow, req, res, {
      ownerId: 'owner',
      linkId: undefined,
      identify,
      mayRead: ({ scopes }) => scopes.includes('reports:read'),
      now: () => clock.now,
    })
  })
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  client.pause()
  client.on('error', () => {})
  client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  while (followers.length === 0) await turn()
  const [one] = followers
  if (one === undefined) throw new Error('nobody follows')
  return {
    one,
    left: () => left,
    [Symbol.asyncDispose]: async () => {
      client.destroy()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

test('a client that takes nothing is cut off once enough waits for it', async () => {
  await using feed = await openFeed()
  let sent = 0
  while (!feed.left() && sent < 64_000_000) {
    feed.one.send(`data: ${'x'.repeat(65_536)}\n\n`)
    sent += 65_536
    await turn()
  }
  expect(feed.left()).toBe(true)
  // A late word to one who has gone is no error.
  feed.one.send('data: more\n\n')
})

test('a key that is revoked, expired, of fewer scopes or of another owner may not go on', async () => {
  let now: KeyOutcome<KeyHolder> = holder
  await using feed = await openFeed(async () => now)
  expect(await feed.one.mayGoOn()).toBe(true)
  for (const other of [
    'unknown',
    'expired',
    { ...holder, scopes: [] },
    { ...holder, ownerId: 'other' },
  ] satisfies KeyOutcome<KeyHolder>[]) {
    now = other
    expect(await feed.one.mayGoOn()).toBe(false)
  }
})

test('while nobody can tell of a key, it goes on for ten seconds and not for ever', async () => {
  let outcome: KeyOutcome<KeyHolder> = 'unavailable'
  const clock = { now: 0 }
  await using feed = await openFeed(async () => outcome, clock)
  const mayGoOnAt = async (at: number) => {
    clock.now = at
    return await feed.one.mayGoOn()
  }
  expect([await mayGoOnAt(500), await mayGoOnAt(9_000)]).toEqual([true, true])
  outcome = holder
  expect(await mayGoOnAt(9_500)).toBe(true)
  outcome = 'unavailable'
  expect([await mayGoOnAt(10_000), await mayGoOnAt(19_000)]).toEqual([true, true])
  expect(await mayGoOnAt(19_500)).toBe(false)
})

test('a client that left before he could follow takes no place', () => {
  let followed = 0
  const follow = () => {
    followed += 1
    return () => {}
  }
  const req = { method: 'GET', get: () => undefined } as unknown as Request
  const asked = { ownerId: 'owner', linkId: undefined, identify: async () => holder }
  followLive(follow, req, { destroyed: true } as Response, {
    ...asked,
    mayRead: () => true,
    now: () => 0,
  })
  expect(followed).toBe(0)
})
