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

test('a failure is survived, and failures in a row are reported once', async () => {
  const errors: unknown[] = []
  const outcomes = ['first', 'second', undefined, 'third', undefined]
  const done = Promise.withResolvers<void>()
  await using _loop = every(
    1,
    async () => {
      const outcome = outcomes.shift()
      if (outcome !== undefined) throw new Error(outcome)
      if (outcomes.length === 0) done.resolve()
    },
    (error) => errors.push(error),
  )
  await done.promise
  expect(errors).toEqual([new Error('first'), new Error('third')])
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
