import { expect, test } from '@jest/globals'
import type { CachedLink } from '@sleepwell/contracts/cached-link'
import fc from 'fast-check'
import { createLinkCache, type Remembered } from './link-cache.ts'
import { noRules } from './test-link.ts'

const remembered = (n: number): Remembered => ({
  link: {
    ...noRules,
    id: '01a2136a-9913-75f0-afa3-393d9c69739a',
    ownerId: 'acme',
    destination: `https://example.com/${n}`,
    position: n,
  },
  epoch: 1,
  checkedAt: n,
})

const gone = (link: CachedLink, checkedAt: number, position: number): Remembered => ({
  link: { ...link, deleted: true, position },
  epoch: undefined,
  checkedAt,
})

const step = fc.tuple(
  fc.constantFrom('put', 'put', 'absent', 'get', 'get', 'deleted', 'changed'),
  fc.integer({ min: 0, max: 300 }).map((n) => `@/${n}`),
)

test('it tells what was put last or nothing, in as much memory as it may take', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 2000, size: 'max' }), (steps) => {
      const cache = createLinkCache(32 * 1024) // not enough for all
      const model = new Map<string, Remembered>()
      for (const [i, [what, key]] of steps.entries()) {
        if (what === 'get') {
          const known = cache.get(key)
          if (known !== undefined) expect(known).toEqual(model.get(key))
        } else if (what === 'deleted') {
          cache.changed(key, { position: i, deleted: true, blocked: false })
          const before = model.get(key)
          if (typeof before?.link !== 'object') model.delete(key)
          else model.set(key, gone(before.link, before.checkedAt, i))
          const known = cache.get(key)
          if (known !== undefined) expect(known).toEqual(model.get(key))
        } else if (what === 'changed') {
          cache.changed(key, { position: i, deleted: false, blocked: false })
          const before = model.get(key)
          if (typeof before?.link !== 'object' || before.link.deleted) model.delete(key)
          else model.set(key, { ...before, epoch: undefined, outdated: true })
        } else {
          const known =
            what === 'put' ? remembered(i) : { ...remembered(i), link: 'absent' as const }
          cache.put(key, known)
          model.set(key, known)
          expect(cache.get(key)).toEqual(known)
        }
      }
    }),
    { numRuns: 30 },
  )
})

test('of a deleted link it is known that it is gone, until its slug lives again or memory is cleared', () => {
  const cache = createLinkCache(32 * 1024)
  cache.put('@/home', remembered(1))
  cache.changed('@/home', { position: 2, deleted: false, blocked: false })
  cache.changed('@/home', { position: 3, deleted: true, blocked: false })
  expect(cache.get('@/home')).toMatchObject({ link: { deleted: true, position: 3 } })
  expect(cache.get('@/home')).not.toHaveProperty('outdated')
  cache.changed('@/home', { position: 2, deleted: false, blocked: false })
  expect(cache.get('@/home')).toMatchObject({ link: { deleted: true, position: 3 } })
  cache.changed('@/home', { position: 4, deleted: false, blocked: false })
  expect(cache.get('@/home')).toBeUndefined()
  cache.put('@/home', remembered(5))
  cache.clear()
  expect([cache.get('@/home'), cache.size()]).toEqual([undefined, 0])
})

test('of a blocked link it is known that it is blocked, until it changes again', () => {
  const cache = createLinkCache(32 * 1024)
  cache.put('@/home', remembered(1))
  cache.changed('@/home', { position: 2, deleted: false, blocked: true })
  expect(cache.get('@/home')).toMatchObject({ link: { blocked: true, position: 2 } })
  cache.changed('@/home', { position: 3, deleted: false, blocked: false })
  expect(cache.get('@/home')).toMatchObject({ outdated: true })
})

test('a link that is asked for again and again stays, however many others come', () => {
  const cache = createLinkCache(64 * 1024)
  cache.put('@/hot', remembered(0))
  for (let n = 1; n < 5000; n++) {
    cache.put(`@/${n}`, remembered(n))
    expect(cache.get('@/hot')).toEqual(remembered(0))
  }
  expect(cache.get('@/1')).toBeUndefined()
})

test('unknown slugs push no link out', () => {
  const cache = createLinkCache(64 * 1024)
  cache.put('@/link', remembered(0))
  for (let n = 1; n < 20_000; n++) cache.put(`@/${n}`, { link: 'absent', epoch: 1, checkedAt: n })
  expect(cache.get('@/link')).toEqual(remembered(0))
})
