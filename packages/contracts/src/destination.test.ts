import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { hostOf, maxDestinationLength, readDestination } from './destination.ts'

const own = new Set(['go.example.com', 'xn--bcher-kva.example', 'localhost', '[::1]', '127.0.0.1'])
const read = (raw: string) => readDestination(raw, own)

test.each([
  ['https://example.com', 'https://example.com/'],
  ['HTTP://Example.COM:80/a?b#c', 'http://example.com/a?b#c'],
  ['https://user:pw@example.com/', 'https://user:pw@example.com/'],
  [
    'https://bücher.example.org/ä?ö=ü#é',
    'https://xn--bcher-kva.example.org/%C3%A4?%C3%B6=%C3%BC#%C3%A9',
  ],
  ['https://example.com/a/../b', 'https://example.com/b'],
  ['https://example.com/%zz', 'https://example.com/%zz'],
  ['https://example.com/🦊', 'https://example.com/%F0%9F%A6%8A'],
])('%s leads to %s', (raw, href) => expect(read(raw)).toEqual({ href }))

describe('refused', () => {
  test.each([
    ['destination_scheme', 'javascript:alert(1)'],
    ['destination_scheme', 'JAVASCRIPT://example.com/%0aalert(1)'],
    ['destination_scheme', 'data:text/html,x'],
    ['destination_scheme', 'vbscript:x'],
    ['destination_scheme', 'file:///etc/passwd'],
    ['destination_scheme', 'blob:https://example.com/x'],
    ['destination_scheme', 'view-source:https://example.com/'],
    ['destination_scheme', 'ftp://example.com/'],
    ['destination_invalid', 'java\nscript:alert(1)'],
    ['destination_invalid', 'java\tscript:alert(1)'],
    ['destination_invalid', ' https://example.com/'],
    ['destination_invalid', 'https://example.com/\u0000'],
    ['destination_invalid', 'https://example.com/\r\nSet-Cookie: a=b'],
    ['destination_invalid', 'https:\\\\example.com'],
    ['destination_invalid', 'https://example.com\\@evil.example/'],
    ['destination_invalid', 'https:example.com'],
    ['destination_invalid', 'https:/example.com'],
    ['destination_invalid', '//example.com/'],
    ['destination_invalid', '/path'],
    ['destination_invalid', 'example.com'],
    ['destination_invalid', ''],
    ['destination_invalid', 'https://'],
    ['destination_invalid', 'https://exa mple.com/'],
    ['destination_invalid', 'https://example.com:99999/'],
    ['destination_invalid', 'https://[::1/'],
    ['destination_invalid', 'https://example.com/\ud800'],
    ['destination_invalid', 'https://example.com/\u202egpj.exe'],
    ['destination_too_long', `https://example.com/${'a'.repeat(maxDestinationLength)}`],
  ])('%s: %j', (problem, raw) => expect(read(raw)).toEqual({ problem }))
})

describe('our own host', () => {
  test.each([
    'https://go.example.com',
    'https://GO.Example.COM./x',
    'http://go.example.com:8443/',
    'https://user:pw@go.example.com/',
    'https://go%2eexample.com/',
    'https://g\u00ado.example.com/',
    'https://ｇｏ.example.com/',
    'https://go。example。com/',
    'https://bücher.example/',
    'https://BÜCHER.example/',
    'https://xn--bcher-kva.example./',
    'http://LOCALHOST:3000/',
    'http://127.1/',
    'http://0x7f000001/',
    'http://2130706433/',
    'http://[0:0::1]/',
  ])('%s', (raw) => expect(read(raw)).toEqual({ problem: 'destination_own_host' }))

  test('not a host that merely contains its name', () => {
    for (const raw of ['https://go.example.com.evil.example/', 'https://x.go.example.com/'])
      expect(read(raw)).toHaveProperty('href')
  })
})

// Spellings of the same host that a visitor's browser would follow to the same place.
const disguise = fc
  .tuple(
    fc.constantFrom('go.example.com', 'bücher.example', 'xn--bcher-kva.example'),
    fc.array(fc.boolean(), { minLength: 30 }),
    fc.constantFrom('', '.'),
    fc.constantFrom('', ':80', ':443', ':8080', ':0'),
    fc.constantFrom('', '@', ':@', 'user@', 'user:pw@', '%40@'),
    fc.constantFrom('http://', 'https://', 'HTTPS://'),
    fc.webPath(),
  )
  .map(([host, upper, dot, port, user, scheme, path]) => {
    const spelt = Array.from(host, (letter, i) =>
      upper[i] === true ? letter.toUpperCase() : letter,
    ).join('')
    return `${scheme}${user}${spelt}${dot}${port}${path}`
  })

test('no spelling of our own host is accepted', () => {
  fc.assert(
    fc.property(disguise, (raw) => {
      expect(read(raw)).toEqual({ problem: 'destination_own_host' })
    }),
  )
})

const anything = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'binary' }).map((rest) => `https://${rest}`),
  fc.string({ unit: 'grapheme' }).map((rest) => `https://example.com/${rest}`),
  fc.tuple(fc.webUrl(), fc.string({ unit: 'binary', maxLength: 5 })).map((parts) => parts.join('')),
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  disguise,
)

test('what is accepted is http or https, printable ASCII, parses to itself, and is not ours', () => {
  let accepted = 0
  fc.assert(
    fc.property(anything, (raw) => {
      const destination = read(raw)
      if ('problem' in destination) return
      accepted++
      const { href } = destination
      expect(href).toMatch(/^https?:\/\/[\u0021-\u007e]+$/u)
      expect(new URL(href).href).toBe(href)
      expect(own.has(new URL(href).hostname.replace(/\.$/u, ''))).toBe(false)
    }),
    { numRuns: 2000 },
  )
  expect(accepted).toBeGreaterThan(200)
})

test('what was accepted once is accepted again, unless it has become too long', () => {
  fc.assert(
    fc.property(anything, (raw) => {
      const destination = read(raw)
      if ('problem' in destination || destination.href.length > maxDestinationLength) return
      expect(read(destination.href)).toEqual(destination)
    }),
    { numRuns: 1000 },
  )
})

test.each([
  ['Go.Example.com:8080', 'go.example.com'],
  ['https://go.example.com./', 'go.example.com'],
  ['bücher.example', 'xn--bcher-kva.example'],
  ['[::1]:80', '[::1]'],
])('the host of %s is %s', (text, host) => expect(hostOf(text)).toBe(host))

test.each(['', '.', 'a b', 'a/b', 'a?b', 'a#b', 'u@a', 'a\nb', 'a\\b', 'ftp://a', 'a:port'])(
  '%j has no host',
  (text) => expect(hostOf(text)).toBeUndefined(),
)
