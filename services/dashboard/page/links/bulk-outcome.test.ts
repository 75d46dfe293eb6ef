import { expect, test } from '@jest/globals'
import { inChunks } from './bulk-outcome.ts'

test('what failed is told by its place among all, however many calls it took', async () => {
  const calls: number[] = []
  const outcome = await inChunks(
    Array.from({ length: 2_500 }, (_, i) => i),
    async (some) => {
      calls.push(some.length)
      const problem = { type: 'x', title: 'taken', status: 409, code: 'slug_taken' as const }
      const results = some.map((item, index) => ({
        index,
        status: item === 2_400 ? 409 : 200,
        ...(item === 2_400 && { problem }),
      }))
      return { succeeded: 0, failed: 0, results }
    },
  )
  expect(calls).toEqual([1000, 1000, 500])
  expect(outcome).toEqual({ succeeded: 2_499, failed: [{ index: 2_400, reason: 'taken' }] })
})
