// What a link asks of the redirect.
import { expect, test } from '@jest/globals'
import type { CachedLink } from '@sleepwell/contracts/cached-link'
import request from 'supertest'
import type { Resolution } from './resolve-link.ts'

import { link, redirectServing } from './test-redirect.ts'

test('what has not begun looks just like what is not there', async () => {
  const ask = async (why: Resolution, accept: string) => {
    const { status, headers, text } = await request(redirectServing(why).server)
      .get('/home')
      .set('Accept', accept)
    const { 'x-request-id': id, date: _date, ...rest } = headers as Record<string, string>
    return { status, rest, text: text.replaceAll(id ?? '', 'id') }
  }
  for (const accept of ['text/html', '*/*'])
    expect(await ask('early', accept)).toEqual(await ask('absent', accept))
})

test.each([301, 302, 307, 308] as const)(
  '%s is answered as the link asks, and kept by nobody',
  async (status) => {
    const { headers } = await request(redirectServing({ ...link, status }).server)
      .get('/home')
      .expect(status)
    expect(headers.location).toBe(link.destination)
    expect(headers['cache-control']).toBe('private, no-store')
  },
)

test('a browser may repeat the answer for as long as the link says, and not beyond its expiry', async () => {
  const cacheControl = async (changes: Partial<CachedLink>) => {
    const { headers } = await request(redirectServing({ ...link, ...changes }).server).get('/home')
    return headers['cache-control'] as string
  }
  expect(await cacheControl({ cacheSeconds: 3600 })).toBe('private, max-age=3600')
  const expiresAt = Date.now() + 600_000
  expect(await cacheControl({ cacheSeconds: 60, expiresAt })).toBe('private, max-age=60')
  const seconds = Number(
    /max-age=(\d+)$/u.exec(await cacheControl({ cacheSeconds: 3600, expiresAt }))?.[1],
  )
  expect(seconds).toBeLessThanOrEqual(600)
  expect(seconds).toBeGreaterThan(0)
  const soon = Date.now() + 900
  expect(await cacheControl({ cacheSeconds: 3600, expiresAt: soon })).toBe('private, no-store')
  expect(await cacheControl({ cacheSeconds: 3600, limited: true })).toBe('private, no-store')
})

test('the query goes with the visitor where the link says so, and nowhere else', async () => {
  const location = async (forwardQuery: boolean) => {
    const { headers } = await request(redirectServing({ ...link, forwardQuery }).server).get(
      '/home?utm_source=x&q=2',
    )
    return headers.location as string
  }
  expect(await location(true)).toBe('https://example.com/?utm_source=x&q=2')
  expect(await location(false)).toBe(link.destination)
})

test('only a limited link needs a claim', async () => {
  const limited = redirectServing({ ...link, limited: true })
  await request(limited.server).get('/home').expect(302)
  expect(limited).toMatchObject({ claims: [link.id], outcomes: ['found'] })
  const free = redirectServing(link)
  await request(free.server).get('/home').expect(302)
  expect(free.claims).toEqual([])
})

test.each([
  ['gone', 410, 'link_gone'],
  ['unclaimed', 503, 'unavailable'],
] as const)('without a claim, %s: no click and no destination', async (claim, status, code) => {
  const { server, outcomes, clicks } = redirectServing({ ...link, limited: true }, claim)
  const { text, headers } = await request(server).get('/home').expect(status)
  expect(JSON.parse(text)).toMatchObject({ code })
  expect(text + JSON.stringify(headers)).not.toContain('example.com')
  expect(headers['retry-after']).toBe(status === 503 ? '1' : undefined)
  expect({ outcomes, clicks }).toEqual({ outcomes: [claim], clicks: [] })
})
