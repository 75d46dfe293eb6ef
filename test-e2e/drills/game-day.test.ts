import { expect, test } from '@jest/globals'
import { drawFaults } from './game-day.ts'

test('a seed brings the same faults again, another one others, and in the end all of them', () => {
  const seeds = Array.from({ length: 200 }, (_, seed) => seed)
  const drawn = seeds.map((seed) => drawFaults(seed))
  expect(drawFaults(7)).toEqual(drawn[7])
  for (const faults of drawn) expect(new Set(faults.map(({ program }) => program)).size).toBe(3)
  const kinds = new Set(drawn.flat().map(({ program, signal }) => `${program} ${signal}`))
  expect(kinds.size).toBe(12)
})
