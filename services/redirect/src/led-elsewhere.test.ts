// Links and domains that lead somewhere else when a link leads nowhere.
import { expect, test } from '@jest/globals'
import request from 'supertest'
import { createOverload } from './overload.ts'
import type { Resolution } from './resolve-link.ts'
import { link, redirectServing } from './test-redirect.ts'

const own = 'https://example.com/over'
const domain = {
  home: 'https://example.com/home',
  notFound: 'https://example.com/lost',
  expired: 'https://example.com/ended',
}
const serving = (resolution: Resolution, of = domain) =>
  redirectServing(resolution, 'gone', createOverload(), of)

test('a link that has expired leads where it says, is counted as gone, and has no click', async () => {
  const { server, outcomes, clicks } = redirectServing({
    expired: { ...link, expiredDestination: own, status: 308, cacheSeconds: 60 },
  })
  const { headers } = await request(server).get('/home?a=1').expect(302)
  expect(headers).toMatchObject({ location: own, 'cache-control': 'private, no-store' })
  expect(headers['x-request-id']).toBeDefined()
  expect({ outcomes, clicks }).toEqual({ outcomes: ['gone'], clicks: [] })
})

test('so does one that is used up', async () => {
  const limited = { ...link, limited: true, expiredDestination: own }
  const { server, outcomes, clicks } = redirectServing(limited, 'gone')
  await request(server).get('/home').expect(302).expect('location', own)
  expect({ outcomes, clicks }).toEqual({ outcomes: ['gone'], clicks: [] })
})

test('a link that nobody can claim just now leads nowhere', async () => {
  const limited = { ...link, limited: true, expiredDestination: own }
  const { server, outcomes } = redirectServing(limited, 'unclaimed', createOverload(), domain)
  await request(server).get('/home').expect(503)
  expect(outcomes).toEqual(['unclaimed'])
})

test('without a destination for it, a link that has expired or is used up leads where its domain says', async () => {
  for (const resolution of [{ expired: link }, { ...link, limited: true }]) {
    const { server, outcomes } = serving(resolution)
    await request(server).get('/home').expect(302).expect('location', domain.expired)
    expect(outcomes).toEqual(['gone'])
  }
  const both = serving({ expired: { ...link, expiredDestination: own } })
  await request(both.server).get('/home').expect('location', own)
})

test.each([
  ['gone', 410],
  ['blocked', 410],
  ['unavailable', 503],
] as const)('%s leads nowhere, whatever its domain says', async (why, status) => {
  const { server, outcomes } = serving(why)
  const { headers } = await request(server).get('/home').expect(status)
  expect(headers.location).toBeUndefined()
  expect(outcomes).toEqual([why])
})

test('an unknown slug leads where its domain says, and stays an unknown slug', async () => {
  const { server, outcomes, orphans, clicks } = serving('absent')
  const { headers } = await request(server).get('/home').expect(302)
  expect(headers).toMatchObject({
    location: domain.notFound,
    'cache-control': 'private, no-store',
  })
  await request(server).get('/home/more').expect(302).expect('location', domain.notFound)
  expect({ outcomes, orphans, clicks }).toEqual({
    outcomes: ['absent', 'absent'],
    orphans: ['@/home'],
    clicks: [],
  })
})

test('what has not begun looks just like what is not there', async () => {
  const ask = async (why: Resolution) => {
    const { status, headers } = await request(serving(why).server).get('/home')
    const { 'x-request-id': _id, date: _date, ...rest } = headers as Record<string, string>
    return { status, rest }
  }
  expect(await ask('early')).toEqual(await ask('absent'))
  expect(serving('early').orphans).toEqual([])
})

test('so does a path that no slug can have; nothing but reading is led anywhere', async () => {
  const { server, outcomes } = serving('absent')
  for (const path of ['/a.b', '/%F0%9F%98%80', '/-', '/a.b/c'])
    await request(server).get(path).expect(302).expect('location', domain.notFound)
  await request(server).post('/a.b/c').expect(404)
  await request(server).get('/robots.txt').expect(200)
  expect(outcomes).toEqual([])
})

test('a scan is told so, and led nowhere', async () => {
  const { server } = redirectServing(async () => 'limited', 'granted', createOverload(), domain)
  await request(server).get('/home').expect(429)
})

test('the page of a domain leads where the domain says, and is no click', async () => {
  const { server, outcomes, clicks } = serving('absent')
  const { headers } = await request(server).get('/').expect(302)
  expect(headers).toMatchObject({ location: domain.home, 'cache-control': 'private, no-store' })
  expect(headers['x-request-id']).toMatch(/^[\da-f-]{36}$/u)
  await request(server).head('/').expect(302)
  await request(server).get('/?a=1').set('Host', 'unknown.example').expect(302)
  expect({ outcomes, clicks }).toEqual({ outcomes: [], clicks: [] })
})
