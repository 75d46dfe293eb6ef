import { expect, test } from '@jest/globals'
import { createAllowance } from './allowance.ts'

test('so many a second are allowed, with a burst of as many, and no more', () => {
  let now = 0
  const allowed = createAllowance(10, () => now)
  const granted = (asked: number) => Array.from({ length: asked }, allowed).filter(Boolean).length
  expect(granted(100)).toBe(10)
  now += 500
  expect(granted(100)).toBe(5)
  now += 60_000
  expect(granted(100)).toBe(10)
})
