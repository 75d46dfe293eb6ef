import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { piecesOf } from './rollup-pieces.ts'
import { quarterMs } from './time-buckets.ts'

const at = (time: string) => Date.parse(`${time}:00Z`)
const piece = (sign: 1 | -1, unit: string, from: string, to: string) => ({
  unit,
  from: at(from),
  to: at(to),
  sign,
})

test('a range is weeks in the middle, days and quarters at its ends', () => {
  expect(piecesOf(at('2026-11-05T23:45'), at('2026-11-17T00:15'))).toEqual([
    piece(1, 'quarter', '2026-11-05T23:45', '2026-11-06T00:00'),
    piece(1, 'day', '2026-11-06T00:00', '2026-11-09T00:00'),
    piece(1, 'week', '2026-11-09T00:00', '2026-11-16T00:00'),
    piece(1, 'day', '2026-11-16T00:00', '2026-11-17T00:00'),
    piece(1, 'quarter', '2026-11-17T00:00', '2026-11-17T00:15'),
  ])
})

test('of most of a week or a day the rest is taken away', () => {
  expect(piecesOf(at('2026-11-09T00:00'), at('2026-11-15T23:45'))).toEqual([
    piece(1, 'week', '2026-11-09T00:00', '2026-11-16T00:00'),
    piece(-1, 'quarter', '2026-11-15T23:45', '2026-11-16T00:00'),
  ])
  expect(piecesOf(at('2026-11-09T00:15'), at('2026-11-09T23:00'))).toEqual([
    piece(1, 'day', '2026-11-09T00:00', '2026-11-10T00:00'),
    piece(-1, 'quarter', '2026-11-09T00:00', '2026-11-09T00:15'),
    piece(-1, 'quarter', '2026-11-09T23:00', '2026-11-10T00:00'),
  ])
})

test('within half a day there are only quarters', () => {
  const [from, to] = [at('2026-11-05T10:15'), at('2026-11-05T22:00')]
  expect(piecesOf(from, to)).toEqual([{ unit: 'quarter', from, to, sign: 1 }])
  expect(piecesOf(from, from)).toEqual([])
})

test('any quarter is counted once if it is in the range, else not at all, and few rollups are read', () => {
  const sizes = { quarter: quarterMs, day: 96 * quarterMs, week: 7 * 96 * quarterMs }
  fc.assert(
    fc.property(
      fc.integer({ min: 2000 * 96, max: 30_000 * 96 }),
      fc.integer({ min: 1, max: 60 * 96 }),
      (start, length) => {
        const from = start * quarterMs
        const to = from + length * quarterMs
        const covered = new Map<number, number>()
        let read = { quarter: 0, day: 0, week: 0 }
        for (const each of piecesOf(from, to)) {
          const size = sizes[each.unit]
          expect((each.from - Date.parse('1970-01-05')) % size).toBe(0)
          expect((each.to - each.from) % size).toBe(0)
          expect(each.to).toBeGreaterThan(each.from)
          read = { ...read, [each.unit]: read[each.unit] + (each.to - each.from) / size }
          for (let quarter = each.from; quarter < each.to; quarter += quarterMs)
            covered.set(quarter, (covered.get(quarter) ?? 0) + each.sign)
        }
        for (const [quarter, times] of covered)
          expect(times).toBe(quarter >= from && quarter < to ? 1 : 0)
        expect([...covered.values()].filter((times) => times === 1)).toHaveLength(length)
        expect(read.quarter).toBeLessThanOrEqual(96)
        expect(read.day).toBeLessThanOrEqual(8)
      },
    ),
  )
})
