import { expect, test } from '@jest/globals'
import { createLog } from '@sleepwell/runtime/log'
import { startUpkeep } from './upkeep.ts'

const log = createLog('test')
log.level = 'silent'
const now = () => new Date(0)

test('a chore that fails keeps no other from being done, and is tried again', async () => {
  const done: string[] = []
  const thrice = Promise.withResolvers<void>()
  await using _ = await startUpkeep(
    {
      failing: () => {
        done.push('failing')
        return Promise.reject(new Error('no database'))
      },
      working: async () => {
        done.push('working')
        if (done.length === 6) thrice.resolve()
      },
    },
    { intervalMs: 1, now, log },
  )
  await thrice.promise
  expect(done.slice(0, 6)).toEqual([
    'failing',
    'working',
    'failing',
    'working',
    'failing',
    'working',
  ])
})

test('the first round is over before it counts as started', async () => {
  let done = false
  await using _ = await startUpkeep(
    {
      slow: async () => {
        await new Promise((resolve) => setImmediate(resolve))
        done = true
      },
    },
    { intervalMs: 60_000, now, log },
  )
  expect(done).toBe(true)
})
