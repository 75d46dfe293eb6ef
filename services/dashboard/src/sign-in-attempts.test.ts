import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { createAttempts } from './sign-in-attempts.ts'

beforeEach(() => void jest.useFakeTimers())
afterEach(() => void jest.useRealTimers())

const times = Array.from({ length: 20 }, (_, i) => i)

test('twenty attempts in a minute are let through, and who makes more is told how long to wait', async () => {
  const takeAttempt = createAttempts()
  for (const _ of times) expect(await takeAttempt('192.0.2.1')).toBe(0)
  expect(await takeAttempt('192.0.2.1')).toBe(60)
  jest.advanceTimersByTime(59_500)
  expect(await takeAttempt('192.0.2.1')).toBe(1)
  jest.advanceTimersByTime(600)
  expect(await takeAttempt('192.0.2.1')).toBe(0)
})

test('another address is not kept waiting by it', async () => {
  const takeAttempt = createAttempts()
  for (const _ of times) await takeAttempt('192.0.2.1')
  expect(await takeAttempt('192.0.2.1')).toBeGreaterThan(0)
  expect(await takeAttempt('2001:db8::1')).toBe(0)
})
