import { expect, test } from '@jest/globals'
import { judge, type Read, type Write } from './test-history.ts'

const write = (position: number, more: Partial<Write> = {}): Write => ({
  slug: 'home',
  position,
  destination: `https://example.com/${position}`,
  outcome: 'committed',
  startedAt: position * 10,
  everywhereAt: position * 10 + 5,
  ...more,
})
const deletion = (position: number, more: Partial<Write> = {}) =>
  write(position, { destination: 'deleted', ...more })

const read = (answer: string | number, startedAt: number, more: Partial<Read> = {}): Read => ({
  process: 0,
  slug: 'home',
  answer: typeof answer === 'number' ? `https://example.com/${answer}` : answer,
  startedAt,
  endedAt: startedAt + 1,
  feedReadAt: 0,
  quiet: false,
  ...more,
})

const rules = (writes: readonly Write[], reads: readonly Read[]) =>
  judge(writes, reads).map(({ rule }) => rule)

test('what goes forward is right, however late', () => {
  const writes = [write(1), write(2), deletion(3), write(4)]
  expect(rules(writes, [read('absent', 1), read(1, 30), read('gone', 60), read(4, 90)])).toEqual([])
})

test('an answer that nobody wrote is found out', () => {
  expect(rules([write(1)], [read(7, 50)])).toEqual(['never written'])
  expect(rules([write(1, { outcome: 'rolled back' })], [read(1, 50)])).toEqual(['never written'])
  expect(rules([write(1)], [read('gone', 50)])).toEqual(['never written'])
  expect(rules([write(1, { startedAt: 60 })], [read(1, 50)])).toEqual(['never written'])
  expect(rules([write(1, { slug: 'other' })], [read(1, 50)])).toEqual(['never written'])
})

test('a write whose outcome nobody knows may be answered, and need not be', () => {
  const writes = [write(1), write(2, { outcome: 'unknown' })]
  expect(rules(writes, [read(2, 50)])).toEqual([])
  expect(rules(writes, [read(1, 50, { feedReadAt: 40, quiet: true })])).toEqual([])
})

test('a process that goes back is found out', () => {
  expect(rules([write(1), write(2)], [read(2, 50), read(1, 60)])).toEqual(['rolled back'])
  expect(rules([write(1), write(2)], [read(2, 50), read('absent', 60)])).toEqual(['rolled back'])
  expect(rules([write(1), deletion(2)], [read('gone', 50), read(1, 60)])).toEqual(['rolled back'])
  expect(rules([deletion(1), write(2)], [read(2, 50), read('gone', 60)])).toEqual(['rolled back'])
})

test('two processes, and two reads under way together, do not bind each other', () => {
  const writes = [write(1), write(2)]
  expect(rules(writes, [read(2, 50), read(1, 60, { process: 1 })])).toEqual([])
  expect(rules(writes, [read(2, 50, { endedAt: 65 }), read(1, 60)])).toEqual([])
})

test('of two deletions the earlier one may have been meant', () => {
  const writes = [write(1), deletion(2), write(3), deletion(4)]
  expect(rules(writes, [read('gone', 70), read(3, 80), read('gone', 90)])).toEqual([])
  expect(rules(writes, [read(3, 80), read('gone', 90), read(3, 100)])).toEqual(['rolled back'])
})

test('a link that is served after the feed knows of its deletion is found out', () => {
  const writes = [write(1), deletion(2)]
  expect(rules(writes, [read(1, 50, { feedReadAt: 24 })])).toEqual([])
  expect(rules(writes, [read(1, 50, { feedReadAt: 26 })])).toEqual(['came back'])
})

test('once all is quiet, anything but the latest is found out', () => {
  const writes = [write(1), write(2)]
  expect(rules(writes, [read(1, 50, { feedReadAt: 40, quiet: true })])).toEqual(['not live'])
  expect(rules(writes, [read(2, 50, { feedReadAt: 40, quiet: true })])).toEqual([])
  expect(rules(writes, [read('unavailable', 50, { feedReadAt: 40, quiet: true })])).toEqual([])
})
