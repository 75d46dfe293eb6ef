import { expect, test } from '@jest/globals'
import { createKeyReader, meansAnything } from './keyboard.ts'

const plain = { ctrlKey: false, metaKey: false, altKey: false }

test('g and a letter go to a page, if they come together', () => {
  const read = createKeyReader()
  expect(read({ ...plain, key: 'g' }, 0)).toBeUndefined()
  expect(read({ ...plain, key: 'l' }, 1000)).toEqual({ does: 'go', path: '/links' })
  expect(read({ ...plain, key: 'g' }, 2000)).toBeUndefined()
  expect(read({ ...plain, key: 'l' }, 9000)).toBeUndefined()
})

test('after g a letter means a page and nothing else', () => {
  const read = createKeyReader()
  read({ ...plain, key: 'g' }, 0)
  expect(read({ ...plain, key: 'c' }, 10)).toBeUndefined()
  expect(read({ ...plain, key: 'c' }, 20)).toEqual({ does: 'create' })
})

test("the browser's own shortcuts stay its own", () => {
  const read = createKeyReader()
  expect(read({ ...plain, key: 'c', ctrlKey: true }, 0)).toBeUndefined()
  expect(read({ ...plain, key: 't', metaKey: true }, 0)).toBeUndefined()
  expect(read({ ...plain, key: 'ArrowLeft', altKey: true }, 0)).toBeUndefined()
  expect(read({ ...plain, key: 't' }, 0)).toEqual({ does: 'period', period: 'today' })
  expect(read({ ...plain, key: 'constructor' }, 0)).toBeUndefined()
})

test('a key means something where there is something to do', () => {
  expect(meansAnything('export', 'keys')).toBe(false)
  expect(meansAnything('export', 'links')).toBe(true)
  expect(meansAnything('bots', 'live')).toBe(true)
  expect(meansAnything('period', 'live')).toBe(false)
  expect(meansAnything('go', 'settings')).toBe(true)
})
