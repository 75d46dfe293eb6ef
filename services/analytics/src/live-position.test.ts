import { expect, test } from '@jest/globals'
import { readPosition, showPosition } from './live-position.ts'

test('a position survives being told to a client and back', () => {
  const position = { timeline: '0000000A', atMs: 1_770_000_000_000, snapshot: '5:9:5,7' }
  expect(readPosition(showPosition(position))).toEqual(position)
})

test.each([
  '',
  '1',
  '0000000A-1-',
  '0000000A-1-5:3:',
  '0000000A-1-0:3:',
  '0000000A-1-5:9:9',
  '0000000A-1-5:9:4',
  '0000000A-1-5:9:7,6',
  '0000000A-1-5:9:6,6',
  '0000000A-1-5:9:,',
  '0000000A-1-5:9:6,',
  `0000000A-1-5:${'9'.repeat(20)}:`,
  `0000000A-${'9'.repeat(16)}-5:9:`,
  "0000000A-1-5:9:'",
])('%j is a position that nobody told', (text) => {
  expect(readPosition(text)).toBe('unknown')
})
