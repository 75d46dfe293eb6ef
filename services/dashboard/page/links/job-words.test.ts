import { expect, test } from '@jest/globals'
import { problem } from '@sleepwell/contracts/problem'
import { failureOf, isOver, sayJob } from './job-words.ts'

test('an import that failed as a whole tells why, and what it has done', () => {
  expect(sayJob({ state: 'failed', done: 12 })).toBe('Failed: 12 links made before that.')
  expect(failureOf({ problem: problem('internal', { requestId: 'r1' }) })).toEqual({
    message: 'Something went wrong here.',
    requestId: 'r1',
  })
  expect(failureOf({ problem: problem('file_invalid', { detail: 'Row 3 has no end.' }) })).toEqual({
    message: 'The file cannot be read: Row 3 has no end.',
    requestId: undefined,
  })
  expect(failureOf({ problem: null })).toBeUndefined()
  expect(isOver(undefined)).toBe(false)
})
