import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  decodeCachedLink,
  encodeCachedLink,
  encodeTombstone,
  type CachedLink,
} from './cached-link.ts'

const link: CachedLink = {
  id: '0199b3a0-0000-7000-8000-000000000001',
  ownerId: 'acme',
  destination: 'https://example.com/?a=b c'.replace(' ', '%20'),
  startsAt: 1_800_000_000_000,
  expiresAt: 1_900_000_000_000,
  limited: true,
  forwardQuery: true,
  status: 308,
  cacheSeconds: 60,
  expiredDestination: 'https://example.com/over',
  forwardPath: true,
  noindex: true,
  preview: { title: 'Spring', description: null, image: 'https://example.com/spring.png' },
  blocked: true,
  deleted: false,
  position: 2 ** 40 + 7,
}

test('what was written is read', () => {
  expect(decodeCachedLink(encodeCachedLink(link, 5))).toEqual({ link, readAt: 5 })
  expect(decodeCachedLink(encodeTombstone(7))).toBe('changed')
})

test('what a link does not have takes no room, and is read as not there', () => {
  const nothing = { expiredDestination: null, forwardPath: false, noindex: false, preview: null }
  const plain = { ...link, ...nothing }
  const text = encodeCachedLink(plain, 5)
  for (const name of Object.keys(nothing)) expect(text).not.toContain(name)
  expect(decodeCachedLink(text)).toEqual({ link: plain, readAt: 5 })
})

test('the position stands first, where Redis can compare it', () => {
  expect(encodeCachedLink(link, 5)).toMatch(/^1099511627783 \{/u)
  expect(encodeTombstone(1099511627783)).toMatch(/^1099511627783 /u)
})

test.each([
  ['nothing', ''],
  ['a word', 'garbage'],
  ['another version', encodeCachedLink(link, 5).replace('"v":3', '"v":4')],
  // As a process writes it that knows no rules.
  [
    'version 1',
    `7 {"v":1,"id":"${link.id}","ownerId":"acme","destination":"https://example.com/","expiresAt":null,"readAt":5}`,
  ],
  // As one writes it that knows rules, and nothing of paths or previews.
  [
    'version 2',
    `7 {"v":2,"id":"${link.id}","ownerId":"acme","destination":"https://example.com/","startsAt":null,"expiresAt":null,"limited":false,"forwardQuery":false,"status":302,"cacheSeconds":0,"blocked":false,"readAt":5}`,
  ],
  ['another status', encodeCachedLink(link, 5).replace('308', '200')],
  ['half of it', encodeCachedLink(link, 5).slice(0, -5)],
  ['another scheme', encodeCachedLink({ ...link, destination: 'javascript:alert(1)' }, 5)],
  [
    'another scheme to be led to later',
    encodeCachedLink({ ...link, expiredDestination: 'javascript:alert(1)' }, 5),
  ],
  ['a line break', encodeCachedLink({ ...link, destination: 'https://a/\r\nSet-Cookie: x' }, 5)],
])('%s is not a link of ours', (_what, value) => {
  expect(decodeCachedLink(value)).toBeUndefined()
})

test('garbage never becomes a destination', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const decoded = decodeCachedLink(`12 ${text}`)
      expect(typeof decoded === 'object').toBe(false)
    }),
  )
})

test('a process that knows less reads nothing of a link that may have it', () => {
  expect(encodeCachedLink(link, 5)).toContain('{"v":3,')
})
