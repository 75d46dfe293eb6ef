import { expect, test } from '@jest/globals'
import { readDestination } from '@sleepwell/contracts/destination'
import fc from 'fast-check'
import { forwardQuery } from './forward-query.ts'

test.each([
  ['https://a.example/', '/s', 'https://a.example/'],
  ['https://a.example/', '/s?', 'https://a.example/'],
  ['https://a.example/?', '/s?', 'https://a.example/?'],
  ['https://a.example/', '/s?b=1', 'https://a.example/?b=1'],
  ['https://a.example/?a=1', '/s?b=2', 'https://a.example/?a=1&b=2'],
  ['https://a.example/?a=1&b=2&a=3', '/s?a=9', 'https://a.example/?b=2&a=9'],
  ['https://a.example/?a=1', '/s?a=8&a=9', 'https://a.example/?a=8&a=9'],
  ['https://a.example/?a=1', '/s?%61=9', 'https://a.example/?%61=9'],
  ['https://a.example/?%61=1&?=2', '/s?a', 'https://a.example/??=2&a'],
  ['https://a.example/', '/s??b=1', 'https://a.example/??b=1'],
  ['https://a.example/?a', '/s?a=', 'https://a.example/?a='],
  // Kept as written: an address that somebody signed stays valid.
  ['https://a.example/?sig=a%20b+c%2F&x', '/s?y=%2f', 'https://a.example/?sig=a%20b+c%2F&x&y=%2f'],
  ['https://a.example/p#part', '/s?b=1', 'https://a.example/p?b=1#part'],
  ['https://a.example/p?a=1#part?b=2', '/s?b=1', 'https://a.example/p?a=1&b=1#part?b=2'],
  ['https://a.example/', 'http://go.example/s?b=1', 'https://a.example/?b=1'],
  ['https://a.example/', '/s?b=1#c=2', 'https://a.example/?b=1'],
  ['https://a.example/', '/s?b=?c', 'https://a.example/?b=?c'],
  ['https://a.example/', '/s?//evil.example/@', 'https://a.example/?//evil.example/@'],
  ['https://a.example/', `/s?b="<>'é`, 'https://a.example/?b=%22%3C%3E%27%C3%A9'],
  ['https://a.example/?a=1', '/s?__proto__=x', 'https://a.example/?a=1&__proto__=x'],
])('%s visited by %s leads to %s', (destination, target, location) => {
  expect(forwardQuery(destination, target)).toBe(location)
})

test('what would be too long to follow is not forwarded', () => {
  const destination = 'https://a.example/?a=1'
  expect(forwardQuery(destination, `/s?b=${'x'.repeat(8000)}`)).toContain('b=x')
  expect(forwardQuery(destination, `/s?b=${'x'.repeat(8200)}`)).toBe(destination)
  // Written out, each of these has six letters.
  expect(forwardQuery(destination, `/s?b=${'é'.repeat(2000)}`)).toBe(destination)
})

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('a', '=', '&', '?', '#', '%', '/', '\\', '@', ':', '\r', '\n', ' ', 'é'),
  }),
  fc.webQueryParameters(),
  fc.constantFrom('\r\nSet-Cookie: a=b', '%0d%0aX: y', '#@evil.example', '\ud800', '://x'),
)
const destinations = fc
  .webUrl({ withQueryParameters: true, withFragments: true })
  .map((url) => readDestination(url, new Set()))
  .filter((destination) => 'href' in destination)
  .map(({ href }) => href)

test('whatever a visitor sends, only the query of the destination changes', () => {
  fc.assert(
    fc.property(destinations, hostile, (destination, query) => {
      const location = forwardQuery(destination, `/s?${query}`)
      expect(location).toMatch(/^[\x21-\x7e]+$/u)
      const [was, is] = [new URL(destination), new URL(location)]
      expect(is.href).toBe(location)
      is.search = ''
      was.search = ''
      expect(is.href).toBe(was.href)
    }),
    { numRuns: 1000 },
  )
})

test('each parameter that a visitor names is theirs, every other one the destination’s', () => {
  const pairs = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'ä'), fc.string()), {
    minLength: 1,
  })
  fc.assert(
    fc.property(pairs, pairs, (own, sent) => {
      const destination = `https://a.example/?${String(new URLSearchParams(own))}`
      const location = forwardQuery(destination, `/s?${String(new URLSearchParams(sent))}`)
      const named = new Set(sent.map(([name]) => name))
      const expected = [...own.filter(([name]) => !named.has(name)), ...sent]
      expect([...new URL(location).searchParams]).toEqual([...new URLSearchParams(expected)])
    }),
  )
})
