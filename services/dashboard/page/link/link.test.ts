import { expect, test } from '@jest/globals'
import { showValue, titleOf } from './history-words.ts'
import { webHref } from './web-href.ts'

test('only addresses of the web are linked to', () => {
  expect(webHref('https://example.com/a?b=<c>')).toBe('https://example.com/a?b=%3Cc%3E')
  for (const text of ['javascript:alert(1)', 'data:text/html,x', ' JaVaScRiPt:x', '//x', 'x', ''])
    expect(webHref(text)).toBeUndefined()
})

test('values of the history are words', () => {
  expect([null, true, ['a', 'b'], [], 12, { a: 1 }].map(showValue)).toEqual([
    '(nothing)',
    'yes',
    'a, b',
    '(nothing)',
    '12',
    '{"a":1}',
  ])
  expect(titleOf({ action: 'link.blocked' })).toBe('Blocked')
})
