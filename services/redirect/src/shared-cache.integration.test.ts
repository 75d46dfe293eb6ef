import { expect, test } from '@jest/globals'
import { setTimeout as sleep } from 'node:timers/promises'
import { caching, destination, link, until } from './test-shared-cache.ts'

test('what one process has read all may use', async () => {
  await using test = await caching()
  test.cache.put('@', 'home', link(1), test.state.now)
  expect(await test.cache.find('@', 'home')).toMatchObject({ link: link(1), fresh: true })
  expect(await test.cache.find('go.example', 'home')).toBe('absent')
})

test('a link is fresh for five minutes, and stays for the stale limit', async () => {
  await using test = await caching()
  test.cache.put('@', 'home', link(1), test.state.now)
  await destination(test.cache)
  test.state.now += 5 * 60_000
  expect(await test.cache.find('@', 'home')).toMatchObject({ fresh: false })
  const seconds = await test.redis.ttl(test.key)
  expect(seconds).toBeGreaterThan(3500)
  expect(seconds).toBeLessThanOrEqual(3600)
})

test('an older state never replaces a later one', async () => {
  await using test = await caching()
  test.cache.put('@', 'home', link(2), test.state.now)
  test.cache.put('@', 'home', link(1), test.state.now)
  expect(await destination(test.cache)).toBe('https://example.com/2')
})

test('reading the same state again makes it fresh again', async () => {
  await using test = await caching()
  test.cache.put('@', 'home', link(1), test.state.now)
  await destination(test.cache)
  test.state.now += 6 * 60_000
  test.cache.put('@', 'home', link(1), test.state.now)
  expect(await test.cache.find('@', 'home')).toMatchObject({ fresh: true })
})

test('a change takes the link away, and a slow reader cannot put the old state back', async () => {
  await using test = await caching()
  test.cache.put('@', 'home', link(1), test.state.now)
  test.cache.changed('@', 'home', 2)
  expect(await destination(test.cache)).toBe('absent')
  test.cache.put('@', 'home', link(1), test.state.now)
  expect(await destination(test.cache)).toBe('absent')
  test.cache.put('@', 'home', link(2), test.state.now)
  expect(await destination(test.cache)).toBe('https://example.com/2')
})

test('a change that a process hears of late takes nothing away that is not older', async () => {
  await using test = await caching()
  test.cache.put('@', 'home', link(2), test.state.now)
  test.cache.changed('@', 'home', 2)
  test.cache.changed('@', 'home', 1)
  expect(await destination(test.cache)).toBe('https://example.com/2')
})

test('a tombstone stays ten minutes', async () => {
  await using test = await caching()
  test.cache.changed('@', 'home', 2)
  await destination(test.cache)
  expect(await test.redis.ttl(test.key)).toBeGreaterThan(590)
})

test.each(['rubbish', '', '12 {"v":9}', '99999999999999999999 x'])(
  'rubbish in Redis (%j) is no link, and is replaced by one',
  async (rubbish) => {
    await using test = await caching()
    await test.redis.set(test.key, rubbish)
    expect(await destination(test.cache)).toBe('absent')
    if (!/^\d/u.test(rubbish)) {
      test.cache.put('@', 'home', link(1), test.state.now)
      expect(await destination(test.cache)).toBe('https://example.com/1')
    }
  },
)

test('what is of another type is replaced like other rubbish', async () => {
  await using test = await caching()
  await test.redis.rpush(test.key, 'rubbish')
  test.cache.put('@', 'home', link(1), test.state.now)
  expect(await destination(test.cache)).toBe('https://example.com/1')
})

test('a frozen Redis fails instead of hanging, and is used again once it thaws', async () => {
  await using test = await caching()
  test.cache.put('@', 'home', link(1), test.state.now)
  await destination(test.cache)
  test.own.freeze()
  try {
    for (let i = 0; i < 10; i++) expect(await destination(test.cache)).toBe('failed')
  } finally {
    test.own.thaw()
  }
  await until(async () => (await destination(test.cache)) === 'https://example.com/1')
})

test('a Redis that is silent for a moment is used again as soon as it speaks', async () => {
  await using test = await caching()
  test.own.freeze()
  const finds = Array.from({ length: 20 }, () => destination(test.cache))
  expect(new Set(await Promise.all(finds))).toEqual(new Set(['failed']))
  test.own.thaw()
  await test.redis.ping()
  expect(await destination(test.cache)).toBe('absent')
})

test('a Redis that stays silent is not waited for', async () => {
  await using test = await caching()
  test.own.freeze()
  const answer = () => Promise.race([destination(test.cache), sleep(100, 'waits', { ref: false })])
  await until(async () => (await answer()) === 'failed')
  test.own.thaw()
})

test('a killed Redis fails, and is used again, empty, once it is back', async () => {
  await using test = await caching()
  test.cache.put('@', 'home', link(1), test.state.now)
  await destination(test.cache)
  await test.own.kill()
  expect(await destination(test.cache)).toBe('failed')
  await test.own.start()
  await until(async () => (await destination(test.cache)) === 'absent')
  test.cache.put('@', 'home', link(1), test.state.now)
  expect(await destination(test.cache)).toBe('https://example.com/1')
})

test('a full Redis that refuses writes still answers', async () => {
  await using test = await caching()
  test.cache.put('@', 'home', link(1), test.state.now)
  await destination(test.cache)
  await test.redis.config('SET', 'maxmemory', '1')
  for (let i = 2; i < 20; i++) test.cache.put('@', `other${i}`, link(i), test.state.now)
  for (let i = 0; i < 10; i++) expect(await destination(test.cache)).toBe('https://example.com/1')
})

test('a full Redis still gives up what has changed, however much changes at once', async () => {
  await using test = await caching()
  const slugs = Array.from({ length: 20 }, (_, i) => `slug${i}`)
  for (const slug of slugs) test.cache.put('@', slug, link(1), test.state.now)
  await destination(test.cache)
  await test.redis.config('SET', 'maxmemory', '1')
  for (const slug of slugs) test.cache.changed('@', slug, 2)
  for (const slug of slugs) expect(await test.cache.find('@', slug)).toBe('absent')
})

test('what a reader read before it was stopped for long is not put', async () => {
  await using test = await caching()
  const asOf = test.state.now
  test.state.now += 11 * 60_000
  test.cache.put('@', 'home', link(1), asOf)
  expect(await destination(test.cache)).toBe('absent')
})

test('the age of a link counts from when it was true, not from when it was put', async () => {
  await using test = await caching()
  test.cache.put('@', 'home', link(1), test.state.now - 4 * 60_000)
  await destination(test.cache)
  test.state.now += 2 * 60_000
  expect(await test.cache.find('@', 'home')).toMatchObject({ fresh: false })
})

test('a Redis that comes back with its data is told of the changes that it missed', async () => {
  await using test = await caching()
  test.cache.put('@', 'home', link(1), test.state.now)
  await destination(test.cache)
  test.state.recent = [{ domain: '@', slug: 'home', position: 2 }]
  await test.redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
  await until(async () => (await destination(test.cache)) === 'absent')
})

test('nobody waits until a Redis that comes back is told of all changes that it missed', async () => {
  await using test = await caching()
  let told = 0
  const changes = 100_000
  test.state.recent = (function* () {
    for (; told < changes; told++) yield { domain: '@', slug: `slug${told}`, position: 2 }
  })()
  await test.redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
  await until(async () => told > 0)
  await until(async () => (await destination(test.cache)) === 'absent')
  expect(told).toBeLessThan(changes)
})
