import { expect, test } from '@jest/globals'
import { hottestKeys } from './hottest-keys.ts'
import { createLinkCache } from './link-cache.ts'
import { link } from './test-snapshot.ts'

function filled(count: number) {
  const cache = createLinkCache(64 * 1024 * 1024)
  for (let i = 0; i < count; i++) cache.put(`@/${i}`, { link: link(1), epoch: 1, checkedAt: 0 })
  return cache
}

test('the hottest come first, and the coldest not at all', async () => {
  const cache = filled(5)
  cache.get('@/1')
  expect([...(await hottestKeys(cache, 3, async () => {}))]).toEqual(['@/1', '@/4', '@/3'])
})

test('what was asked for lately comes before what was asked for long ago, and that before what never was', async () => {
  const cache = filled(20_000)
  const keys = async () => [...(await hottestKeys(cache, 4, async () => {}))]
  cache.get('@/1')
  cache.get('@/2')
  expect(await keys()).toEqual(['@/2', '@/1', '@/19999', '@/19998'])
  cache.get('@/1')
  cache.put('@/new', { link: link(1), epoch: 1, checkedAt: 0 })
  expect(await keys()).toEqual(['@/1', '@/2', '@/new', '@/19999'])
})

test('a look at the keys makes none of them hotter', async () => {
  const cache = filled(5)
  for (const key of await hottestKeys(cache, 5, async () => {})) cache.peek(key)
  cache.get('@/1')
  expect([...(await hottestKeys(cache, 2, async () => {}))]).toEqual(['@/1', '@/4'])
})

test('links that are objects in memory are among the hottest', async () => {
  const cache = filled(1000)
  for (let i = 0; i < 8; i++) cache.get('@/1')
  cache.get('@/2')
  expect([...(await hottestKeys(cache, 1, async () => {}))]).toEqual(['@/1'])
})

test('whatever is asked for during the walk, no link is missing in the end', async () => {
  const cache = filled(10_000)
  const keys = await hottestKeys(cache, 20_000, async () => {
    cache.changed('@/9998', { position: 2, deleted: true, blocked: false })
    cache.put('@/new', { link: link(1), epoch: 1, checkedAt: 0 })
    for (let i = 0; i < 100; i++) cache.get(`@/${Math.floor(Math.random() * 10_000)}`)
  })
  expect(
    Array.from({ length: 10_000 }, (_, i) => `@/${i}`).filter((key) => !keys.has(key)),
  ).toEqual([])
})
