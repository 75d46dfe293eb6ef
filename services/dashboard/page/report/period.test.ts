import { expect, test } from '@jest/globals'
import { comparedRange, daysOf, isOpen, rangeOf, shifted, takesFilters, unitOf } from './period.ts'

const zone = 'Europe/Berlin'
const now = Date.parse('2026-03-10T12:07:00Z')
const iso = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString())

test('the last seven days end with today, as far as it has come', () => {
  const range = rangeOf('week', zone, now)
  expect([iso(range.from), iso(range.to)]).toEqual([
    '2026-03-03T23:00:00.000Z',
    '2026-03-10T12:15:00.000Z',
  ])
  expect(isOpen(range, now)).toBe(true)
})

test('days that were chosen are whole, and closed once they have passed', () => {
  const range = rangeOf({ from: '2026-03-01', to: '2026-03-02' }, zone, now)
  expect([iso(range.from), iso(range.to)]).toEqual([
    '2026-02-28T23:00:00.000Z',
    '2026-03-02T23:00:00.000Z',
  ])
  expect(isOpen(range, now)).toBe(false)
})

test('today is compared with yesterday up to the same time of day', () => {
  const compared = comparedRange('previous', 'today', zone, now)
  expect([iso(compared?.from), iso(compared?.to)]).toEqual([
    '2026-03-08T23:00:00.000Z',
    '2026-03-09T12:15:00.000Z',
  ])
})

test('whole days are compared with whole days, although clocks change in them', () => {
  const period = { from: '2026-03-27', to: '2026-03-31' }
  const compared = comparedRange('previous', period, zone, Date.parse('2026-05-01T00:00:00Z'))
  expect([iso(compared?.from), iso(compared?.to)]).toEqual([
    '2026-03-21T23:00:00.000Z',
    '2026-03-26T23:00:00.000Z',
  ])
})

test('a year before has the same weekdays', () => {
  const compared = comparedRange('year', { from: '2026-03-02', to: '2026-03-08' }, 'UTC', now)
  expect(new Date(compared?.from ?? 0).getUTCDay()).toBe(1)
  expect(comparedRange('none', 'week', zone, now)).toBeUndefined()
})

test('two days are drawn by the hour, more by the day', () => {
  expect(unitOf(rangeOf('today', zone, now))).toBe('hour')
  expect(unitOf(rangeOf('week', zone, now))).toBe('day')
})

test('filters are taken for thirty-one days, with the hour that autumn adds', () => {
  const autumn = Date.parse('2026-12-01T00:00:00Z')
  const days = { from: '2026-10-01', to: '2026-10-31' }
  expect(takesFilters(rangeOf(days, zone, autumn))).toBe(true)
  expect(takesFilters(rangeOf('quarter', zone, now))).toBe(false)
})

test('one goes back as far as one likes, and forward to today', () => {
  const before = shifted('week', -1, zone, now)
  expect(before).toEqual({ from: '2026-02-25', to: '2026-03-03' })
  expect(shifted(before, 1, zone, now)).toBe('week')
  expect(shifted('week', 1, zone, now)).toBe('week')
  expect(
    daysOf(shifted({ from: '2026-03-07', to: '2026-03-09' }, 1, zone, now), zone, now),
  ).toEqual({
    from: '2026-03-08',
    to: '2026-03-10',
  })
})

test('clicks of the minute in which a quarter begins are in the range', () => {
  const quarter = Date.parse('2026-03-10T12:15:00Z')
  const range = rangeOf('today', zone, quarter)
  expect(iso(range.to)).toBe('2026-03-10T12:30:00.000Z')
  expect(isOpen(range, quarter)).toBe(true)
})
