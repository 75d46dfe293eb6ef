import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { utmOf, withUtm } from './destination-utm.ts'

const none = { source: null, medium: null, campaign: null, term: null, content: null }

test.each([
  ['https://a.example/', null],
  ['https://a.example/?utm_id=1&x=utm_source', null],
  ['https://a.example/#utm_source=x', null],
  ['https://a.example/?utm_source=', null],
  ['https://a.example/?utm_source=news+letter&b=1', { ...none, source: 'news letter' }],
  ['https://a.example/?%75tm_term=%C3%A9', { ...none, term: 'é' }],
  ['https://a.example/?utm_medium=a&utm_medium=b', { ...none, medium: 'a' }],
])('%s: %j', (destination, utm) => {
  expect(utmOf(destination)).toEqual(utm)
})

test.each([
  ['https://a.example/', { source: 'x' }, 'https://a.example/?utm_source=x'],
  [
    'https://a.example/?a=%20b+c&&d#f',
    { source: 'x y' },
    'https://a.example/?a=%20b+c&&d&utm_source=x%20y#f',
  ],
  ['https://a.example/?utm_source=a&b=1', { source: 'c' }, 'https://a.example/?b=1&utm_source=c'],
  ['https://a.example/?%75tm_source=a&utm_source=b', { source: null }, 'https://a.example/'],
  ['https://a.example/?utm_source=a&utm_term=b', null, 'https://a.example/'],
  ['https://a.example/?utm_source=a&utm_term=b', {}, 'https://a.example/?utm_source=a&utm_term=b'],
  ['https://a.example/?utm_source=a', undefined, 'https://a.example/?utm_source=a'],
  ['https://a.example/?b', { term: null }, 'https://a.example/?b'],
  ['https://a.example/?', { content: '&=#\'"' }, 'https://a.example/?utm_content=%26%3D%23%27%22'],
])('%s with %j is %s', (destination, given, led) => {
  expect(withUtm(destination, given)).toBe(led)
})

test('what was set is read, and everything else stays', () => {
  const value = fc.option(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }))
  fc.assert(
    fc.property(
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc.record({ source: value, medium: value, campaign: value, term: value, content: value }),
      (url, utm) => {
        const destination = new URL(url).href
        const led = withUtm(destination, utm)
        expect(utmOf(led) ?? none).toEqual(utm)
        expect(new URL(led).href).toBe(led)
        const [before, after] = [new URL(destination), new URL(withUtm(led, null))]
        expect([after.origin, after.pathname, after.hash]).toEqual([
          before.origin,
          before.pathname,
          before.hash,
        ])
        if (!destination.includes('utm_')) expect(after.search).toBe(before.search)
      },
    ),
  )
})
