import { expect, test } from '@jest/globals'
import { createFailureStreak } from './failure-streak.ts'

test('the first failure of each row is reported, and success tells whether it ended one', () => {
  const reported: unknown[] = []
  const streak = createFailureStreak((error) => reported.push(error))
  expect(streak.worked()).toBe(false)
  for (const error of [1, 2, 3]) streak.failed(error)
  expect(streak.worked()).toBe(true)
  expect(streak.worked()).toBe(false)
  streak.failed(4)
  expect(reported).toEqual([1, 4])
})
