import { expect, test } from '@jest/globals'
import { depthOf, entriesAgainst, readEntry } from './blocklist-entry.ts'

const against = (href: string) => [...entriesAgainst(new URL(href).href, 100)]
const entry = (text: string) => Object(readEntry(text)) as { entry?: string; fault?: string }
const blocks = (text: string, href: string) => against(href).includes(entry(text).entry ?? '-')

test.each([
  ['evil.example', 'evil.example'],
  ['EVIL.Example.', 'evil.example'],
  ['*.evil.example', 'evil.example'],
  ['https://evil.example/', 'evil.example'],
  ['http://evil.example:8080', 'evil.example'],
  ['bücher.example', 'xn--bcher-kva.example'],
  ['evil.example/A/b/', 'evil.example/A/b'],
  ['evil.example//a///b', 'evil.example/a/b'],
  ['evil.example/%61%2f%c3%a9', 'evil.example/a%2F%C3%A9'],
  ['evil.example/a/../b?x=1&y=2', 'evil.example/b?x=1&y=2'],
  ['203.0.113.7', '203.0.113.7'],
  ['0xcb.0.0x71.7', '203.0.113.7'],
  ['[2001:db8::1]', '[2001:db8::1]'],
])('%s is the entry %s', (text, expected) => {
  expect(entry(text).entry).toBe(expected)
})

test.each([
  'example',
  'com',
  '',
  'evil.example extra',
  'ftp://evil.example',
  'javascript:alert(1)',
  'user@evil.example',
  'evil.example/#part',
  'evil..example',
  'evil.example\\x',
  '/path',
  `${'a'.repeat(3000)}.example`,
])('%j is no entry', (text) => {
  expect(entry(text).fault).toEqual(expect.any(String))
})

test.each([
  ['evil.example', 'https://evil.example/'],
  ['evil.example', 'http://WWW.Evil.Example.:8443/x?y#z'],
  ['evil.example', 'https://a.b.c.evil.example/'],
  ['evil.example', 'https://user:pw@evil.example/'],
  ['bücher.example', 'https://www.b%C3%BCcher.example/'],
  ['203.0.113.7', 'http://3405803783/'],
  ['evil.example/a', 'https://evil.example/a'],
  ['evil.example/a', 'https://evil.example/a/'],
  ['evil.example/a', 'https://evil.example//a//b'],
  ['evil.example/a', 'https://evil.example/%61/b'],
  ['evil.example/a', 'https://evil.example/x/../a?y'],
  ['evil.example/a/b', 'https://evil.example/a/b/c/d'],
  ['evil.example/?x=1', 'https://evil.example/?x=1&y=2'],
  ['evil.example/a?x=1', 'https://evil.example/a?x=1'],
])('%s blocks %s', (text, href) => {
  expect(blocks(text, href)).toBe(true)
})

test.each([
  ['evil.example', 'https://notevil.example/'],
  ['evil.example', 'https://evil.example.com/'],
  ['evil.example', 'https://example/evil.example'],
  ['evil.example', 'https://good.example/?to=evil.example'],
  ['www.evil.example', 'https://evil.example/'],
  ['evil.example/a', 'https://evil.example/'],
  ['evil.example/a', 'https://evil.example/ab'],
  ['evil.example/a', 'https://evil.example/A'],
  ['evil.example/a', 'https://www.evil.example/a'],
  ['evil.example/a?x=1', 'https://evil.example/a?x=11'],
  ['3.0.113.7', 'http://203.0.113.7/'],
])('%s does not block %s', (text, href) => {
  expect(blocks(text, href)).toBe(false)
})

test('no prefix that is deeper than any entry is looked for, however long a path is', () => {
  expect(depthOf('evil.example')).toBe(0)
  expect(depthOf('evil.example/a/b?c')).toBe(3)
  const long = `https://evil.example/${'a/'.repeat(1000)}`
  expect([...entriesAgainst(long, 2)]).toEqual([
    'evil.example',
    'evil.example/a',
    'evil.example/a/a',
  ])
})
