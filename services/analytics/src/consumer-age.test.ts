import { expect, test } from '@jest/globals'
import { createConsumerAge } from './consumer-age.ts'

function aging() {
  const clock = { ms: 0 }
  return { clock, age: createConsumerAge(() => clock.ms) }
}

test('a consumer that never gets anything ages from the start', () => {
  const { clock, age } = aging()
  clock.ms = 5000
  expect(age.seconds()).toBe(5)
})

test('the partition that stands still decides', () => {
  const { clock, age } = aging()
  age.assigned([0, 1])
  clock.ms = 3000
  age.moved(0)
  expect(age.seconds()).toBe(3)
  age.moved(1)
  expect(age.seconds()).toBe(0)
})

test('what others read now is not ours to age', () => {
  const { clock, age } = aging()
  age.assigned([0, 1])
  clock.ms = 3000
  age.moved(0)
  age.assigned([0])
  age.moved(1)
  expect(age.seconds()).toBe(0)
  age.assigned([])
  clock.ms = 9000
  expect(age.seconds()).toBe(0)
})

test('a partition that stays ours keeps its age', () => {
  const { clock, age } = aging()
  age.assigned([0])
  clock.ms = 2000
  age.assigned([0, 1])
  expect(age.seconds()).toBe(2)
})
