import { expect, test } from '@jest/globals'
import { CreateLink } from '@sleepwell/contracts/link'
import { sayFault } from './fault-words.ts'

test.each([
  [{ maxClicks: 1.5 }, 'A whole number, please.'],
  [{ maxClicks: 0 }, 'At least 1.'],
  [{ cacheSeconds: 1e9 }, 'At most 86,400.'],
  [{ tags: ['x'.repeat(51)] }, 'At most 50 characters.'],
  [{ tags: Array(21).fill('a') }, 'At most 20 of them.'],
  [{ tags: [''] }, 'It must not be empty.'],
  [{ title: true }, 'It cannot be this.'],
  [{ expiresAt: 'soon' }, 'A date and a time, please.'],
])('what is refused in %j is said to people', (given, words) => {
  const { error } = CreateLink.safeParse({ destination: 'https://a.example', ...given })
  expect(sayFault(error?.issues[0]?.message ?? 'nothing was refused')).toBe(words)
})

test('a fault is never nothing, and words stay as they are', () => {
  expect(sayFault('')).toBe('It cannot be this.')
  expect(sayFault('must lie in the future')).toBe('must lie in the future')
})
