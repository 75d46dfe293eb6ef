import { expect, test } from '@jest/globals'
import { pauseAfter, withRetries } from './attempts.ts'
import { SleepwellError } from './sleepwell-error.ts'

const failed = (status: number, retryAfterSeconds?: number) =>
  new SleepwellError('unavailable', '', { status, retryAfterSeconds })
const latest = () => 1

test('waits grow, up to a bound, and are spread', () => {
  const pauses = [0, 1, 2, 9, 99].map((n) => pauseAfter(failed(503), n, latest))
  expect(pauses).toEqual([200, 400, 800, 10_000, 10_000])
  expect(pauseAfter(failed(503), 3, () => 0)).toBe(0)
})

test('nobody comes back before he is told to, nor all at once', () => {
  expect(pauseAfter(failed(503, 7), 0, () => 0)).toBe(7000)
  expect(pauseAfter(failed(503, 7), 0, latest)).toBe(7200)
  expect(pauseAfter(failed(503, 61), 0, latest)).toBeUndefined()
})

test.each(['slug_taken', 'internal', 'unauthenticated', 'version_mismatch'] as const)(
  '%s would be the same again',
  (code) => {
    expect(pauseAfter(new SleepwellError(code, '', { status: 409 }), 0, latest)).toBeUndefined()
  },
)

test.each([
  ['unreachable', 0],
  ['timeout', 0],
  ['request_in_progress', 409],
  ['rate_limited', 429],
  ['unexpected_answer', 502],
  ['unexpected_answer', 504],
] as const)('%s (%i) may not', (code, status) => {
  expect(pauseAfter(new SleepwellError(code, '', { status }), 0, latest)).toBe(200)
})

test('what is no failure of a call is thrown on', async () => {
  const waits: number[] = []
  const attempt = () => Promise.reject(new TypeError('a bug'))
  const wait = async (ms: number) => void waits.push(ms)
  await expect(withRetries(attempt, 9, wait, latest)).rejects.toThrow('a bug')
  expect(waits).toEqual([])
})
