import { expect, test } from '@jest/globals'
import { readDestination } from '@sleepwell/contracts/destination'
import fc from 'fast-check'
import { forwardPath } from './forward-path.ts'

test.each([
  ['https://a.example/', '/b', 'https://a.example/b'],
  ['https://a.example/p', '/b/c', 'https://a.example/p/b/c'],
  ['https://a.example/p/', '/b', 'https://a.example/p/b'],
  ['https://a.example/p', '/', 'https://a.example/p/'],
  ['https://a.example/', '/', 'https://a.example/'],
  ['https://a.example/p?a=1#part', '/b', 'https://a.example/p/b?a=1#part'],
  // An encoded slash is no slash, and an encoded percent sign stays one.
  ['https://a.example/p', '/b%2Fc', 'https://a.example/p/b%2Fc'],
  ['https://a.example/p', '/%2e%2E%2f%2e%2e', 'https://a.example/p/%2e%2E%2f%2e%2e'],
  ['https://a.example/p', '/%252e%252e/b', 'https://a.example/p/%252e%252e/b'],
  // Dots lead no further up than the destination.
  ['https://a.example/p/q', '/..', 'https://a.example/p/q/'],
  ['https://a.example/p/q', '/../../b', 'https://a.example/p/q/b'],
  ['https://a.example/p', '/b/../c/./d', 'https://a.example/p/c/d'],
  ['https://a.example/p', '/%2e%2e/%2E./b', 'https://a.example/p/b'],
  ['https://a.example/p', '/...', 'https://a.example/p/...'],
  // Empty segments stay, and are no host.
  ['https://a.example/', '//evil.example/b', 'https://a.example//evil.example/b'],
  ['https://a.example/p', '//b///c//', 'https://a.example/p//b///c//'],
  ['https://a.example/', '/\\evil.example', 'https://a.example//evil.example'],
  ['https://a.example/', '/@evil.example', 'https://a.example/@evil.example'],
  ['https://a.example/', '/https://evil.example/', 'https://a.example/https://evil.example/'],
  ['https://a.example:8443/p', '/:80/b', 'https://a.example:8443/p/:80/b'],
  ['https://u:pw@a.example/p', '/b', 'https://u:pw@a.example/p/b'],
  ['https://a.example/p', '/b;c=1,d', 'https://a.example/p/b;c=1,d'],
  ['https://a.example/p', '/"<>`{}', 'https://a.example/p/%22%3C%3E%60%7B%7D'],
  ['https://a.example/p', '/ü', 'https://a.example/p/%C3%BC'],
])('%s and %s are %s', (destination, rest, location) => {
  expect(forwardPath(destination, rest)).toBe(location)
})

test('what would be too long to follow leads nowhere', () => {
  expect(forwardPath('https://a.example/', `/${'b'.repeat(8000)}`)).toContain('bbb')
  expect(forwardPath('https://a.example/', `/${'b'.repeat(8200)}`)).toBeUndefined()
  expect(forwardPath('https://a.example/', `/${'"'.repeat(3000)}`)).toBeUndefined()
})

const hostile = fc.oneof(
  fc.webPath(),
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('a', '/', '.', '%2e', '%2F', '\\', '@', ':', '?', '#', '\n', '\t', 'é'),
  }),
  fc.constantFrom('/..//evil.example', '\r\nSet-Cookie: a=b', '@evil.example', '//evil', '\ud800'),
)
const destinations = fc
  .webUrl({ withQueryParameters: true, withFragments: true })
  .map((url) => readDestination(url, new Set()))
  .filter((destination) => 'href' in destination)
  .map(({ href }) => href)

test('whatever a visitor sends, they stay below the destination', () => {
  fc.assert(
    fc.property(destinations, hostile, (destination, rest) => {
      const location = forwardPath(destination, `/${rest}`)
      if (location === undefined) return
      expect(location).toMatch(/^[\x21-\x7e]+$/u)
      const [was, is] = [new URL(destination), new URL(location)]
      expect(is.href).toBe(location)
      expect(`${is.pathname}/`.startsWith(was.pathname.replace(/\/?$/u, '/'))).toBe(true)
      is.pathname = was.pathname
      expect(is.href).toBe(was.href)
    }),
    { numRuns: 1000 },
  )
})
