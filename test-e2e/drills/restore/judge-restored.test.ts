import { expect, test } from '@jest/globals'
import type { Write } from '../evidence.ts'
import { judgeRestored } from './judge-restored.ts'

const write = (at: number, destination: string | null, acknowledgedAt?: number): Write => ({
  slug: 's',
  destination,
  start: at,
  acknowledgedAt: acknowledgedAt ?? at + 1,
  tries: 1,
})
const uncertain = (at: number, destination: string | null): Write => ({
  ...write(at, destination),
  acknowledgedAt: undefined,
})
const times = { archivedAt: 50, lostAt: 100, backAt: 200 }
const judge = (writes: readonly Write[], ...destinations: readonly string[]) =>
  judgeRestored({
    writes,
    links: destinations.map((destination) => ({ slug: 's', destination })),
    ...times,
  })
const nothingLost = { violations: [], lostWrites: 0, lostMs: 0 }

test('the last state is there: nothing is lost', () => {
  expect(judge([write(10, 'a'), write(60, 'b')], 'b')).toMatchObject(nothingLost)
  expect(judge([write(10, 'a'), write(60, null)])).toMatchObject(nothingLost)
  expect(judge([uncertain(99, 'a')])).toMatchObject(nothingLost)
})

test('what is younger than the archive may be gone, and is counted', () => {
  const writes = [write(10, 'a'), write(60, 'b'), write(70, 'c'), uncertain(99, 'd')]
  expect(judge(writes, 'a')).toMatchObject({ violations: [], lostWrites: 2, lostMs: 39 })
  expect(judge(writes, 'b')).toMatchObject({ violations: [], lostWrites: 1, lostMs: 29 })
  expect(judge(writes, 'd')).toMatchObject(nothingLost)
})

test('what is older than the archive must be there', () => {
  const writes = [write(10, 'a'), write(40, 'b'), write(60, 'c')]
  for (const there of [['a'], [], ['another']])
    expect(judge(writes, ...there).violations).toEqual([
      { kind: 'lost write', what: expect.stringContaining('s: ') },
    ])
})

test('a deletion that is older than the archive must be there too', () => {
  expect(judge([write(10, 'a'), write(40, null)], 'a').violations).toMatchObject([
    { kind: 'lost write' },
  ])
})

test('no link may be there twice', () => {
  expect(judge([write(10, 'a')], 'a', 'a').violations).toMatchObject([{ kind: 'doubled link' }])
})

test('of the history that clients see, the loss is a part', () => {
  const writes = [write(10, 'a'), write(60, 'b'), uncertain(99, 'c')]
  expect(judge(writes, 'a').history).toEqual([
    writes[0],
    writes[1],
    { ...writes[2], acknowledgedAt: 200, tries: 0 },
    { slug: 's', destination: 'a', start: 100, acknowledgedAt: 600_200, tries: 0 },
  ])
  expect(judge(writes, 'c').history).toHaveLength(3)
})
