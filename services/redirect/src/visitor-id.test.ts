import { expect, test } from '@jest/globals'
import { createVisitorIds, type Visitor } from './visitor-id.ts'

const key = 'k'.repeat(32)
const atMs = Date.parse('2026-11-25T12:00:00Z')
const visitor: Visitor = { linkId: 'l1', address: '203.0.113.7', userAgent: 'Firefox', atMs }

function visitorIds(withKey = key, salt = 'salt') {
  const ids = createVisitorIds(withKey)
  ids.use([{ day: '2026-11-25', salt: Buffer.from(salt) }])
  return ids
}

test('a visitor is the same one on the same link and day', () => {
  expect(visitorIds().of(visitor)).toBe(visitorIds().of({ ...visitor }))
})

test.each([
  ['address', visitorIds().of({ ...visitor, address: '203.0.113.8' })],
  ['user agent', visitorIds().of({ ...visitor, userAgent: 'Chrome' })],
  ['link', visitorIds().of({ ...visitor, linkId: 'l2' })],
  ['key', visitorIds('x'.repeat(32)).of(visitor)],
  ['salt', visitorIds(key, 'other').of(visitor)],
])('another %s is another visitor', (_what, id) => {
  expect(id).toEqual(expect.any(String))
  expect(id).not.toBe(visitorIds().of(visitor))
})

test('without the salt of the day there is no id', () => {
  const tomorrow = Date.parse('2026-11-26T00:00:00Z')
  expect(visitorIds().of({ ...visitor, atMs: tomorrow })).toBeUndefined()
})

test('the addresses of one IPv6 network are one visitor', () => {
  const ids = visitorIds()
  const first = ids.of({ ...visitor, address: '2001:db8:1:2:aaaa::1' })
  expect(ids.of({ ...visitor, address: '2001:db8:1:2:bbbb::2' })).toBe(first)
  expect(ids.of({ ...visitor, address: '2001:db8:1:3:aaaa::1' })).not.toBe(first)
})
