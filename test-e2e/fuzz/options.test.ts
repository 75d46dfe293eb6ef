import { expect, test } from '@jest/globals'
import { readOptions } from './options.ts'

test('what is not said has its usual value', () => {
  expect(readOptions([])).toEqual({ requests: 100_000, seed: 1, reports: '.data/fuzz' })
  expect(readOptions(['--requests', '500', '--seed=7'])).toMatchObject({ requests: 500, seed: 7 })
  expect(readOptions(['-h'])).toBe('help')
})

test.each([
  [['--requests', 'many'], '--requests takes a number.'],
  [['--requests', '0'], '--requests takes a number.'],
  [['--seed=-1'], '--seed takes a whole number.'],
  [['--seed', '1.5'], '--seed takes a whole number.'],
  [['--reports', ''], '--reports takes a directory.'],
  [['--request', '5'], "Unknown option '--request'"],
  [['5'], "Unexpected argument '5'"],
])('%j is told, with exit code 2', (words, sentence) => {
  const refuse = () => readOptions(words)
  expect(refuse).toThrow(sentence)
  expect(refuse).toThrow(expect.objectContaining({ exitCode: 2 }))
})
