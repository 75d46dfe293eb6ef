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

test('whatever is asked for during the walk, no link is missing in the end', async () => {
  const cache = filled(10_000)
  let at = 0
  const keys = await hottestKeys(cache, 20_000, async () => {
    // First of all the very key that the walk stands at.
    cache.get(`@/${(at += 1000) - 1}`)
    cache.drop('@/9998')
    for (let i = 0; i < 100; i++) cache.get(`@/${Math.floor(Math.random() * 10_000)}`)
  })
  const found = new Set(keys)
  expect(
    Array.from({ length: 10_000 }, (_, i) => `@/${i}`).filter((key) => !found.has(key)),
  ).toEqual(['@/9998'])
})
