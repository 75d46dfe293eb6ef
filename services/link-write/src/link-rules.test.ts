import { expect, test } from '@jest/globals'
import { brokenRule } from './link-rules.ts'

const none = { startsAt: null, expiresAt: null, maxClicks: null, cacheSeconds: 0 }
const at = (text: string) => new Date(text)

test('a link starts before it expires', () => {
  const expiresAt = at('2030-01-01T00:00:00Z')
  const startingAt = (text: string) => brokenRule({ ...none, expiresAt, startsAt: at(text) })?.code
  expect(startingAt('2029-12-31T23:59:59.999Z')).toBeUndefined()
  expect(startingAt('2030-01-01T00:00:00Z')).toBe('starts_after_expiry')
  expect(startingAt('2030-01-01T00:00:00.001Z')).toBe('starts_after_expiry')
})

test('a limited link is not cached', () => {
  expect(brokenRule({ ...none, maxClicks: 5, cacheSeconds: 1 })?.code).toBe('limited_link_cached')
  expect(brokenRule({ ...none, maxClicks: 5 })).toBeUndefined()
  expect(brokenRule({ ...none, cacheSeconds: 1 })).toBeUndefined()
})
