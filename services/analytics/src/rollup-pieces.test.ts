import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { piecesOf } from './rollup-pieces.ts'
import { quarterMs } from './time-buckets.ts'

const at = Date.parse

test('a range is weeks in the middle, days and quarters at its ends', () => {
  expect(piecesOf(at('2026-11-05T23:45:00Z'), at('2026-11-17T00:15:00Z'))).toEqual([
    { unit: 'quarter', from: at('2026-11-05T23:45:00Z'), to: at('2026-11-06T00:00:00Z') },
    { unit: 'day', from: at('2026-11-06T00:00:00Z'), to: at('2026-11-09T00:00:00Z') },
    { unit: 'week', from: at('2026-11-09T00:00:00Z'), to: at('2026-11-16T00:00:00Z') },
    { unit: 'day', from: at('2026-11-16T00:00:00Z'), to: at('2026-11-17T00:00:00Z') },
    { unit: 'quarter', from: at('2026-11-17T00:00:00Z'), to: at('2026-11-17T00:15:00Z') },
  ])
})

test('within a day there are only quarters', () => {
  const [from, to] = [at('2026-11-05T10:15:00Z'), at('2026-11-06T00:00:00Z')]
  expect(piecesOf(from, to)).toEqual([{ unit: 'quarter', from, to }])
  expect(piecesOf(from, from)).toEqual([])
})

test('any range is covered once, by five pieces at most, each of whole units', () => {
  const sizes = { quarter: quarterMs, day: 96 * quarterMs, week: 7 * 96 * quarterMs }
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 3_000_000 }),
      fc.integer({ min: 1, max: 400 * 96 }),
      (start, length) => {
        const from = start * quarterMs
        const to = from + length * quarterMs
        const pieces = piecesOf(from, to)
        expect(pieces.length).toBeLessThanOrEqual(5)
        let end = from
        for (const piece of pieces) {
          expect(piece.from).toBe(end)
          expect(piece.to).toBeGreaterThan(piece.from)
          expect((piece.from - at('1970-01-05T00:00:00Z')) % sizes[piece.unit]).toBeCloseTo(0)
          expect((piece.to - piece.from) % sizes[piece.unit]).toBe(0)
          end = piece.to
        }
        expect(end).toBe(to)
      },
    ),
  )
})
