// What follows the slug in a path.
import { type AddressInfo, connect } from 'node:net'
import { expect, test } from '@jest/globals'
import type { CachedLink } from '@sleepwell/contracts/cached-link'
import request from 'supertest'
import { link, redirectServing } from './test-redirect.ts'

const forwarding: CachedLink = {
  ...link,
  destination: 'https://example.com/docs?v=1#top',
  forwardPath: true,
}

/** As it is sent, which a client would have tidied up. */
async function locationOf(target: string, serving: CachedLink = forwarding) {
  const { server } = redirectServing(serving)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.write(`GET ${target} HTTP/1.1\r\nHost: go.example\r\nConnection: close\r\n\r\n`, 'latin1')
  const answer = (await socket.toArray()).join('')
  server.close()
  return /\r\nLocation: (\S+)\r\n/u.exec(answer)?.[1] ?? answer.slice(9, 12)
}

test.each([
  ['/home/a/b', 'https://example.com/docs/a/b?v=1#top'],
  ['/home/', 'https://example.com/docs/?v=1#top'],
  ['/home', 'https://example.com/docs?v=1#top'],
  ['/home/a%2Fb', 'https://example.com/docs/a%2Fb?v=1#top'],
  ['/home/../../admin', 'https://example.com/docs/admin?v=1#top'],
  ['/home/%2e%2e/%2e%2e/admin', 'https://example.com/docs/admin?v=1#top'],
  ['/home//evil.example', 'https://example.com/docs//evil.example?v=1#top'],
  ['/home/\\evil.example', 'https://example.com/docs//evil.example?v=1#top'],
  ['http://go.example/home/a', 'https://example.com/docs/a?v=1#top'],
  ['/home/a?b=2', 'https://example.com/docs/a?v=1#top'],
  ['/home/a#b', 'https://example.com/docs/a?v=1#top'],
  ['/home/%C3%BC', 'https://example.com/docs/%C3%BC?v=1#top'],
  // HTTP has no such characters, and Node takes none.
  ['/home/ü', '400'],
  ['/%68ome/a', '404'],
  ['/home%2Fa', '404'],
  ['//home/a', '404'],
  ['/home\\a', '404'],
])('%s leads to %s', async (target, location) => {
  expect(await locationOf(target)).toBe(location)
})

test('path and query go on together where the link says so', async () => {
  const both = { ...forwarding, forwardQuery: true }
  expect(await locationOf('/home/a?b=2', both)).toBe('https://example.com/docs/a?v=1&b=2#top')
})

test('a click below a link is a click on it; HEAD is answered as GET is', async () => {
  const { server, outcomes, clicks } = redirectServing(forwarding)
  const location = 'https://example.com/docs/a?v=1#top'
  await request(server).get('/home/a').expect(302).expect('location', location)
  await request(server).head('/home/a').expect(302).expect('location', location)
  expect(outcomes).toEqual(['found', 'found'])
  expect(clicks.map(({ linkId }) => linkId)).toEqual([link.id, link.id])
})

test.each([
  ['a link that forwards none', link],
  ['an expired one', { expired: { ...link, expiredDestination: 'https://example.com/over' } }],
  ['an unknown slug', 'absent'],
] as const)('a path further on is not found: %s', async (_what, resolution) => {
  const { server, outcomes, clicks, orphans, claims } = redirectServing(resolution)
  await request(server)
    .get('/home/a')
    .expect(404, /link_not_found/u)
  await request(server).get('/home/').set('Accept', 'text/html').expect(404, /<h1>/u)
  expect({ outcomes, clicks, orphans, claims }).toEqual({
    outcomes: ['absent', 'absent'],
    clicks: [],
    orphans: [],
    claims: [],
  })
})

test('what would be too long to follow is not found, and no click', async () => {
  const { server, outcomes, clicks } = redirectServing(forwarding)
  await request(server)
    .get(`/home/${'a'.repeat(9000)}`)
    .expect(404)
  expect({ outcomes, clicks }).toEqual({ outcomes: ['absent'], clicks: [] })
})

test('only reading is answered there', async () => {
  const { server, outcomes } = redirectServing(forwarding)
  await request(server).post('/home/a').expect(404)
  expect(outcomes).toEqual([])
})
