import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { canaryWeights } from './weights.ts'

const share = 0.01

function shareOf(weights: ReadonlyMap<string, number>, name: string): number {
  const sum = [...weights.values()].reduce((total, weight) => total + weight, 0)
  return (weights.get(name) ?? 0) / sum
}

test.each([
  [2, 1, 99],
  [3, 1, 50],
  [10, 1, 11],
  [100, 1, 1],
  [199, 2, 1],
])('among %d servers alike the canary has weight %d, the others %d', (count, own, other) => {
  const usual = new Map(Array.from({ length: count }, (_, i) => [`s-${i}`, 1] as const))
  const weights = canaryWeights(usual, 's-0', share)
  expect(weights?.get('s-0')).toBe(own)
  expect(weights?.get('s-1')).toBe(other)
})

test('the canary never has more than its share, nor needlessly less, and the others keep their proportions', () => {
  const weights = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 2, maxLength: 150 })
  fc.assert(
    fc.property(weights, (all) => {
      const usual = new Map(all.map((weight, i) => [`s-${i}`, weight] as const))
      const found = canaryWeights(usual, 's-0', share)
      if (found === undefined) throw new Error('there are such weights')
      expect(shareOf(found, 's-0')).toBeLessThanOrEqual(share + 1e-9)
      expect(shareOf(found, 's-0')).toBeGreaterThan(share / 2.1)
      for (const weight of found.values()) expect(Number.isInteger(weight)).toBe(true)
      const factor = (found.get('s-1') ?? 0) / (usual.get('s-1') ?? 1)
      for (const [name, weight] of usual)
        if (name !== 's-0') expect(found.get(name)).toBe(weight * factor)
    }),
  )
})

test('weights that HAProxy would refuse are not given', () => {
  expect(
    canaryWeights(
      new Map([
        ['a', 1],
        ['b', 200],
        ['c', 1],
      ]),
      'a',
      0.001,
    ),
  ).toBeUndefined()
})
