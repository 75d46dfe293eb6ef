import { expect, test } from '@jest/globals'
import { CreateLink, UpdateLink } from './link.ts'

const destination = 'https://example.com/'

test('a destination is enough', () => {
  expect(CreateLink.parse({ destination })).toEqual({ destination })
})

test('a typo in a field is an error', () => {
  expect(CreateLink.safeParse({ destination, sulg: 'a' }).success).toBe(false)
})

test.each(['a\u0000', '\ud800', 'a\nb', '\u007f', '\u0085', 'a'.repeat(201)])(
  'no title: %j',
  (title) => expect(CreateLink.safeParse({ destination, title }).success).toBe(false),
)

test.each(['', 'Größe 🦊', '👩‍👩‍👧', '‮', 'a'.repeat(200)])('a title: %j', (title) =>
  expect(CreateLink.safeParse({ destination, title }).success).toBe(true),
)

test.each([
  [['a', 'a']],
  [['']],
  [['a\u0000']],
  [['a'.repeat(51)]],
  [Array.from('abcdefghijklmnopqrstu')],
])('no tags: %j', (tags) => expect(CreateLink.safeParse({ destination, tags }).success).toBe(false))

test('an expiry is a time with its offset', () => {
  const ok = (expiresAt: unknown) => CreateLink.safeParse({ destination, expiresAt }).success
  expect(ok('2030-01-31T12:00:00Z')).toBe(true)
  expect(ok('2030-01-31T12:00:00.123456+02:00')).toBe(true)
  expect(ok(null)).toBe(true)
  for (const wrong of ['2030-01-31', '2030-01-31T12:00:00', '2030-02-30T00:00:00Z', 'soon', 0])
    expect(ok(wrong)).toBe(false)
})

test('what a link asks of redirect', () => {
  const rules = {
    startsAt: '2030-01-31T12:00:00Z',
    maxClicks: 1_000_000_000,
    forwardQuery: true,
    redirectStatus: 308,
    cacheSeconds: 86_400,
  }
  expect(CreateLink.parse({ destination, ...rules })).toEqual({ destination, ...rules })
  expect(UpdateLink.parse(rules)).toEqual(rules)
  expect(UpdateLink.parse({ startsAt: null, maxClicks: null })).toEqual({
    startsAt: null,
    maxClicks: null,
  })
})

test('a preview has a title, a description or an image', () => {
  const ok = (preview: unknown) => CreateLink.safeParse({ destination, preview }).success
  for (const preview of [
    null,
    { title: 'Größe 🦊' },
    { description: 'd', title: null },
    { image: 'x' },
  ])
    expect([preview, ok(preview)]).toEqual([preview, true])
  for (const preview of [{}, { title: '' }, { title: null }, { image: '' }, 'title', { url: 'x' }])
    expect([preview, ok(preview)]).toEqual([preview, false])
})

test('a link is blocked by a change, never from the beginning', () => {
  expect(UpdateLink.parse({ blocked: true })).toEqual({ blocked: true })
  expect(CreateLink.safeParse({ destination, blocked: false }).success).toBe(false)
})

test('a change changes something; null clears, and a destination cannot be cleared', () => {
  expect(UpdateLink.safeParse({}).success).toBe(false)
  expect(UpdateLink.parse({ title: null, expiresAt: null })).toEqual({
    title: null,
    expiresAt: null,
  })
  expect(UpdateLink.safeParse({ destination: null }).success).toBe(false)
  expect(UpdateLink.safeParse({ slug: null }).success).toBe(false)
})
