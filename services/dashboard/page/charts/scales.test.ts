import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { areaPath, labelled, linePath, ticksTo } from './scales.ts'

test('ticks are whole, even, and reach the most', () => {
  expect(ticksTo(0)).toEqual([0, 1])
  expect(ticksTo(3)).toEqual([0, 1, 2, 3])
  expect(ticksTo(87)).toEqual([0, 25, 50, 75, 100])
  fc.assert(
    fc.property(fc.nat(1e9), (most) => {
      const ticks = ticksTo(most)
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(most)
      expect(ticks.every(Number.isInteger)).toBe(true)
      expect(ticks.length).toBeLessThanOrEqual(6)
    }),
  )
})

test('as many labels as there is room for', () => {
  expect(labelled(3, 8)).toEqual([0, 1, 2])
  expect(labelled(30, 8)).toEqual([0, 4, 8, 12, 16, 20, 24, 28])
})

test('a line goes through all points, an area back below them', () => {
  const top = [
    [0, 1],
    [10, 2.004],
  ] as const
  expect(linePath(top)).toBe('M0,1L10,2')
  expect(areaPath(top, [[0, 5] as const, [10, 5] as const])).toBe('M0,1L10,2L10,5L0,5Z')
  expect(areaPath([], [])).toBe('')
})
