import { expect, test } from '@jest/globals'
import type { ClickReport } from '@sleepwell/contracts/report'
import { besideEach, placeOf, pointsOf } from './series.ts'

const none = { total: 0, human: 0, bot: 0, unique: 0 }
const one = { total: 1, human: 1, bot: 0, unique: 1 }

function report(groupBy: 'hour' | 'day', from: string, to: string, keys: string[]): ClickReport {
  const rows = keys.map((key) => ({ key, ...one }))
  const range = { from, to, timezone: 'Asia/Kolkata' }
  return { dataThrough: null, policyVersion: 2, ...range, groupBy, totals: none, rows }
}

test('hours without a click are points too, also where hours begin at half past', () => {
  const hours = report('hour', '2026-03-07T18:30:00Z', '2026-03-07T22:30:00Z', [
    '2026-03-08T02:00:00+05:30',
  ])
  const points = pointsOf(hours, Date.parse('2026-03-08T00:00:00Z'))
  expect(points.map(({ key, human }) => [key, human])).toEqual([
    ['2026-03-08T00:00:00+05:30', 0],
    ['2026-03-08T01:00:00+05:30', 0],
    ['2026-03-08T02:00:00+05:30', 1],
    ['2026-03-08T03:00:00+05:30', 0],
  ])
})

test('a day without any click is a row of points', () => {
  const empty = report('hour', '2026-03-08T00:00:00.000Z', '2026-03-08T03:00:00.000Z', [])
  expect(pointsOf(empty, Date.parse('2026-03-09T00:00:00Z'))).toHaveLength(3)
})

test('what has not begun is not drawn as nothing', () => {
  const days = report('day', '2026-03-07T00:00:00Z', '2026-03-10T00:00:00Z', [
    '2026-03-07T00:00:00+00:00',
    '2026-03-08T00:00:00+00:00',
    '2026-03-09T00:00:00+00:00',
  ])
  const points = pointsOf(days, Date.parse('2026-03-08T09:00:00Z'))
  expect(points.map(({ key }) => key.slice(8, 10))).toEqual(['07', '08'])
  expect(besideEach(points, points.slice(0, 1)).map((point) => point?.key.slice(8, 10))).toEqual([
    '07',
    undefined,
  ])
  expect(placeOf(Date.parse('2026-03-07T23:00:00Z'), points)).toBe(0)
  expect(placeOf(Date.parse('2026-03-01T00:00:00Z'), points)).toBeUndefined()
})
