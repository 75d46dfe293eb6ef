import type { IncomingMessage } from 'node:http'
import { expect, test } from '@jest/globals'
import type { CachedLink } from '@sleepwell/contracts/cached-link'
import { createLimitScans } from './limit-scans.ts'
import { noRules } from './test-link.ts'

const link: CachedLink = {
  id: '0199b3a0-0000-7000-8000-000000000001',
  ownerId: 'acme',
  destination: 'https://example.com/',
  ...noRules,
  position: 1,
}

/** `stored…` are links of the database, `held…` those that Redis knows as well; all else is unknown. */
function limiter() {
  const asked: string[] = []
  const state = { now: 0 }
  const find = createLimitScans({
    resolveLink: {
      find: async (_domain, slug) => {
        asked.push(slug)
        return slug.startsWith('stored') || slug.startsWith('held') ? link : 'absent'
      },
      holds: async (_domain, slug) => slug.startsWith('held'),
    },
    clientAddress: (req) => String(req.headers.from),
    now: () => state.now,
  })
  const from = (address: string) => {
    const req = { headers: { from: address } } as IncomingMessage
    const ask = (slug: string) => find('@', slug, req)
    const scan = async (count: number) => {
      for (let i = 0; i < count; i++) await ask(`x${i}`)
    }
    return { ask, scan }
  }
  return { asked, state, from }
}

test('who has tried sixty unknown slugs is answered no further, and no database is asked', async () => {
  const { asked, from } = limiter()
  const source = from('192.0.2.1')
  await source.scan(60)
  expect(asked).toHaveLength(60)
  expect(await source.ask('next')).toBe('limited')
  expect(await source.ask('stored')).toBe('limited')
  expect(asked).toHaveLength(60)
})

test('what memory or Redis knows leads on for a scanner too', async () => {
  const { from } = limiter()
  const source = from('192.0.2.1')
  await source.scan(60)
  expect(await source.ask('held')).toBe(link)
})

test('the same slug counts once, and a link not at all', async () => {
  const { from } = limiter()
  const source = from('192.0.2.1')
  await source.scan(59)
  for (let i = 0; i < 200; i++) await source.ask('x1')
  await Promise.all(Array.from({ length: 200 }, (_, i) => source.ask(`stored${i}`)))
  expect(await source.ask('last')).toBe('absent')
  expect(await source.ask('next')).toBe('limited')
})

test('after a minute the databases are asked again', async () => {
  const { state, from } = limiter()
  const source = from('192.0.2.1')
  await source.scan(60)
  state.now = 59_999
  expect(await source.ask('next')).toBe('limited')
  state.now = 60_000
  expect(await source.ask('next')).toBe('absent')
})

test('a source is one address, or one /64', async () => {
  const { from } = limiter()
  await from('192.0.2.1').scan(60)
  expect(await from('192.0.2.2').ask('next')).toBe('absent')
  await from('2001:db8::1').scan(60)
  expect(await from('2001:db8::ffff').ask('next')).toBe('limited')
  expect(await from('2001:db8:0:1::1').ask('next')).toBe('absent')
})

test('however many sources scan, only so many are remembered', async () => {
  const { from } = limiter()
  await from('192.0.2.1').scan(60)
  for (let i = 0; i < 5000; i++) await from(`source ${i}`).ask('x')
  expect(await from('192.0.2.1').ask('next')).toBe('absent')
})
