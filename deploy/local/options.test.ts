import { resolve } from 'node:path'
import { expect, test } from '@jest/globals'
import { readOptions, usageOf } from './options.ts'

const start = { typed: 'npm start', folder: 'start' } as const
const stack = { typed: 'npm run stack', folder: 'stack' } as const

test('without a word everything has a default', () => {
  expect(readOptions([], start)).toEqual({
    data: resolve('.data/start'),
    ports: 8080,
    fresh: false,
    demo: false,
    watch: false,
    timeScale: 1,
    kafkaBrokers: 1,
  })
})

test('each flag is taken', () => {
  const scale = ['--time-scale', '60', '--kafka-brokers', '3']
  const words = ['--data', 'here', '--ports=9000', '--fresh', '--demo', '--watch', ...scale]
  expect(readOptions(words, stack)).toEqual({
    data: resolve('here'),
    ports: 9000,
    fresh: true,
    demo: true,
    watch: true,
    timeScale: 60,
    kafkaBrokers: 3,
  })
  expect(readOptions(['--help'], start)).toBe('help')
})

test.each([
  [['--port', '80'], "Unknown option '--port'"],
  [['-x'], "Unknown option '-x'"],
  [['start'], "Unexpected argument 'start'"],
  [['--ports'], 'argument missing'],
  [['--ports', '-1'], '--ports'],
  [['--ports', '0'], 'from 1 to 64532'],
  [['--time-scale', '0'], 'from 1 to 60'],
  [['--time-scale', '1.5'], 'from 1 to 60'],
  [['--kafka-brokers', '2'], '1 or 3'],
  [['--host', 'here'], '--host takes an IP address'],
  [['--links', 'a', '--postgres', 'b'], 'exclude each other'],
  [['--ports', '64533'], 'from 1 to 64532'],
  [['--ports', '80.5'], 'from 1 to 64532'],
  [['--ports', '8k'], 'from 1 to 64532'],
  [['--data', ''], '--data takes a directory'],
  [['--fresh=no'], '--fresh'],
])('%j is one sentence and exit code 2', (words, part) => {
  const refuse = () => readOptions(words, stack)
  expect(refuse).toThrow(part)
  expect(refuse).toThrow(expect.objectContaining({ exitCode: 2 }))
  expect(refuse).toThrow(/^[^\n]+\.$/u)
})

test.each(['--time-scale', '--kafka-brokers', '--postgres', '--links', '--host'])(
  '%s is for the stack',
  (flag) => {
    expect(() => readOptions([flag, '3'], start)).toThrow(`${flag} is for npm run stack.`)
  },
)

test('each command has data of its own, and speaks of itself', () => {
  expect(readOptions([], stack)).toMatchObject({ data: resolve('.data/stack') })
  expect(() => readOptions(['--port'], stack)).toThrow('see npm run stack -- --help.')
  expect(usageOf(stack)).toContain('npm run stack -- [--data DIR]')
  expect(usageOf(stack)).toContain('.data/stack')
})
