import { expect, test } from '@jest/globals'
import { every } from './every.ts'

test('work is done at once, again after each pause, and never twice at a time', async () => {
  let running = 0
  let most = 0
  let times = 0
  const enough = Promise.withResolvers<void>()
  const loop = every(
    1,
    async () => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setTimeout(resolve, 2))
      running--
      if (++times === 5) enough.resolve()
    },
    () => {},
  )
  await enough.promise
  await loop[Symbol.asyncDispose]()
  expect(most).toBe(1)
})

test('a failure is reported and survived', async () => {
  const errors: unknown[] = []
  let times = 0
  const survived = Promise.withResolvers<void>()
  await using _loop = every(
    1,
    async () => {
      if (++times === 1) throw new Error('once')
      survived.resolve()
    },
    (error) => errors.push(error),
  )
  await survived.promise
  expect(errors).toEqual([new Error('once')])
})

test('disposal waits for the work under way, and for no pause', async () => {
  let finished = false
  const begun = Promise.withResolvers<void>()
  const loop = every(
    2 ** 30,
    async () => {
      begun.resolve()
      await new Promise((resolve) => setTimeout(resolve, 10))
      finished = true
    },
    () => {},
  )
  await begun.promise
  await loop[Symbol.asyncDispose]()
  expect(finished).toBe(true)
})
