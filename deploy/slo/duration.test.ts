import { expect, test } from '@jest/globals'
import { createDuration, millisecondsOf } from './duration.ts'

test('at their own scale durations stay as they are written', () => {
  const d = createDuration(1)
  expect([d('5m'), d('167h30m')]).toEqual(['5m', '167h30m'])
  expect(d.seconds('1h30m')).toBe(5400)
})

test('a drill makes minutes of hours, in thresholds too', () => {
  const d = createDuration(60)
  expect([d('1h'), d('5m'), d('30d')]).toEqual(['60000ms', '5000ms', '43200000ms'])
  expect(d.seconds('10m')).toBe(10)
})

test('no duration becomes nothing, which Prometheus would refuse', () => {
  expect(createDuration(1e9)('1s')).toBe('1ms')
})

test('what is no duration is refused', () => {
  expect(millisecondsOf('2w3d')).toBe(17 * 86_400_000)
  for (const wrong of ['', '5', '5 m', 'm5', '5min', '1.5h'])
    expect(() => millisecondsOf(wrong)).toThrow('no duration')
})
