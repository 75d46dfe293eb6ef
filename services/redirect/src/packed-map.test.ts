import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createPackedMap } from './packed-map.ts'

test('what was stored is found, until it is replaced or deleted', () => {
  const map = createPackedMap(64 * 1024)
  map.set('a', Buffer.from('1'))
  map.set('b', Buffer.from('2'))
  map.set('a', Buffer.from('three'))
  map.delete('b')
  expect(String(map.get('a'))).toBe('three')
  expect(map.get('b')).toBeUndefined()
  expect(map.size()).toBe(1)
})

// Few keys and little room: much is replaced, deleted and pushed out.
const key = fc.integer({ min: 0, max: 400 }).map((n) => `@/${n}`)
const step = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constant('set' as const), key, fc.nat({ max: 200 })) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('get' as const), key) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('delete' as const), key) },
)

test('whatever happens, it never tells anything but what was stored last', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 3000, size: 'max' }), (steps) => {
      const map = createPackedMap(32 * 1024)
      const model = new Map<string, string>()
      let stored = 0
      for (const [what, name, length = 0] of steps) {
        if (what === 'get') {
          const found = map.get(name)
          if (found !== undefined) expect(String(found)).toBe(model.get(name))
        } else if (what === 'delete') {
          map.delete(name)
          model.delete(name)
          expect(map.get(name)).toBeUndefined()
        } else {
          const value = `${stored++}`.padEnd(length, '.')
          expect(map.set(name, Buffer.from(value))).toBe(true)
          model.set(name, value)
          expect(String(map.get(name))).toBe(value)
        }
      }
      const keys = new Set([...map.keys()].flat())
      expect(keys.size).toBe(map.size())
      for (const name of keys) expect(String(map.peek(name))).toBe(model.get(name))
      expect(map.bytes()).toBeLessThanOrEqual(32 * 1024)
    }),
    { numRuns: 25 },
  )
})

test('what is asked for stays when there is no room for all', () => {
  const map = createPackedMap(64 * 1024)
  for (let i = 0; i < 5000; i++) {
    map.set(`@/${i}`, Buffer.alloc(40))
    map.get('@/0')
  }
  expect(map.get('@/0')).toBeDefined()
  expect(map.get('@/1')).toBeUndefined()
  expect(map.get('@/4999')).toBeDefined()
  expect(map.bytes()).toBeLessThanOrEqual(64 * 1024)
})

test('of the keys, those asked for lately come first, then those asked for, then the latest written', () => {
  const map = createPackedMap(64 * 1024)
  const keys = () => [...new Set([...map.keys()].flat())]
  for (const name of ['a', 'b', 'c', 'd']) map.set(name, Buffer.from(name))
  expect(keys()).toEqual(['d', 'c', 'b', 'a'])
  map.get('a')
  map.get('b')
  map.peek('c')
  expect(keys()).toEqual(['b', 'a', 'd', 'c'])
  map.get('a')
  expect(keys()).toEqual(['a', 'b', 'd', 'c'])
})

test('a look keeps nothing that would have to go', () => {
  const map = createPackedMap(64 * 1024)
  for (let i = 0; i < 5000; i++) {
    map.set(`@/${i}`, Buffer.alloc(40))
    map.peek('@/0')
  }
  expect(map.peek('@/0')).toBeUndefined()
})

test('what was cleared away is gone, and there is room for new', () => {
  const map = createPackedMap(64 * 1024)
  for (let i = 0; i < 5000; i++) map.set(`@/${i}`, Buffer.alloc(40))
  map.clear()
  expect([map.size(), [...map.keys()].flat()]).toEqual([0, []])
  expect(map.get('@/4999')).toBeUndefined()
  for (let i = 0; i < 5000; i++) map.set(`@/${i}`, Buffer.alloc(40))
  expect(map.get('@/4999')).toBeDefined()
})

test('a key that another one could be taken for is not held', () => {
  const map = createPackedMap(64 * 1024)
  expect(map.set('ä', Buffer.from('1'))).toBe(false)
  expect(map.get('ä')).toBeUndefined()
  expect(map.set('k'.repeat(256), Buffer.from('1'))).toBe(false)
  expect(map.set('k', Buffer.alloc(70_000))).toBe(false)
})
