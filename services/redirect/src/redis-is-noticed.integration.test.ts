import { expect, test } from '@jest/globals'
import { caching, destination, until } from './test-shared-cache.ts'

test('whether Redis is there is told also while nobody wants anything of it', async () => {
  await using test = await caching()
  expect(test.cache.breaker()).toBe(0)
  await test.own.kill()
  await until(async () => test.cache.breaker() === 2)
  await test.own.start()
  await until(async () => test.cache.breaker() === 0)
  test.own.freeze()
  await until(async () => test.cache.breaker() === 2)
  test.own.thaw()
  await until(async () => test.cache.breaker() === 0)
})

test('a Redis that was spared is told as back before anybody tries it', async () => {
  await using test = await caching()
  await test.own.kill()
  const silentUntil = performance.now() + 600
  await until(async () => {
    expect(await destination(test.cache)).toBe('failed')
    return performance.now() > silentUntil
  })
  await test.own.start()
  await until(async () => test.cache.breaker() === 0)
})
