import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { bucketsOf, isTimezone, quarterMs } from './time-buckets.ts'

const keysOf = (unit: 'hour' | 'day', from: string, to: string, timezone: string) =>
  bucketsOf(unit, Date.parse(from), Date.parse(to), timezone).map(({ key }) => key)

test('days begin at midnight of their zone', () => {
  expect(keysOf('day', '2026-01-01T12:00Z', '2026-01-03T00:00Z', 'UTC')).toEqual([
    '2026-01-01T00:00:00+00:00',
    '2026-01-02T00:00:00+00:00',
  ])
  expect(keysOf('day', '2026-01-01T12:00Z', '2026-01-02T12:00Z', 'Asia/Kathmandu')).toEqual([
    '2026-01-01T00:00:00+05:45',
    '2026-01-02T00:00:00+05:45',
  ])
})

test('hours of a zone at +05:45 begin at a quarter past ours', () => {
  expect(
    bucketsOf(
      'hour',
      Date.parse('2026-01-01T00:00Z'),
      Date.parse('2026-01-01T01:30Z'),
      'Asia/Kathmandu',
    ),
  ).toEqual([
    { startAt: Date.parse('2025-12-31T23:15Z'), key: '2026-01-01T05:00:00+05:45' },
    { startAt: Date.parse('2026-01-01T00:15Z'), key: '2026-01-01T06:00:00+05:45' },
    { startAt: Date.parse('2026-01-01T01:15Z'), key: '2026-01-01T07:00:00+05:45' },
  ])
})

test('when clocks go forward an hour is missing, and the day has 23', () => {
  const keys = keysOf('hour', '2026-03-28T23:00Z', '2026-03-29T22:00Z', 'Europe/Berlin')
  expect(keys).toHaveLength(23)
  expect(keys.slice(1, 3)).toEqual(['2026-03-29T01:00:00+01:00', '2026-03-29T03:00:00+02:00'])
  expect(keysOf('day', '2026-03-28T23:00Z', '2026-03-30T22:00Z', 'Europe/Berlin')).toEqual([
    '2026-03-29T00:00:00+01:00',
    '2026-03-30T00:00:00+02:00',
  ])
})

test('when clocks go back an hour comes twice, told apart by its offset', () => {
  const keys = keysOf('hour', '2026-10-24T22:00Z', '2026-10-25T23:00Z', 'Europe/Berlin')
  expect(keys).toHaveLength(25)
  expect(keys.slice(2, 4)).toEqual(['2026-10-25T02:00:00+02:00', '2026-10-25T02:00:00+01:00'])
})

test('a day whose midnight was skipped begins when the jump ends', () => {
  expect(keysOf('day', '2018-11-03T12:00Z', '2018-11-05T12:00Z', 'America/Sao_Paulo')).toEqual([
    '2018-11-03T00:00:00-03:00',
    '2018-11-04T01:00:00-02:00',
    '2018-11-05T00:00:00-02:00',
  ])
})

test('a day that was skipped altogether has no bucket', () => {
  expect(keysOf('day', '2011-12-29T12:00Z', '2011-12-31T12:00Z', 'Pacific/Apia')).toEqual([
    '2011-12-29T00:00:00-10:00',
    '2011-12-31T00:00:00+14:00',
    '2012-01-01T00:00:00+14:00',
  ])
})

test('half an hour of daylight saving makes a short hour', () => {
  const keys = keysOf('hour', '2026-10-03T14:30Z', '2026-10-03T17:00Z', 'Australia/Lord_Howe')
  expect(keys).toEqual([
    '2026-10-04T01:00:00+10:30',
    '2026-10-04T02:30:00+11:00',
    '2026-10-04T03:00:00+11:00',
  ])
})

test('in any zone buckets rise, begin at whole quarters, and cover the range', () => {
  const zones = [...Intl.supportedValuesOf('timeZone'), 'UTC']
  const quarter = (year: number) => Date.UTC(year, 0, 1) / quarterMs
  fc.assert(
    fc.property(
      fc.constantFrom('hour' as const, 'day' as const),
      fc.constantFrom(...zones),
      fc.integer({ min: quarter(2015), max: quarter(2035) }),
      fc.integer({ min: 1, max: 60 * 96 }),
      (unit, timezone, start, length) => {
        const from = start * quarterMs
        const to = from + length * quarterMs
        const buckets = bucketsOf(unit, from, to, timezone)
        const starts = buckets.map(({ startAt }) => startAt)
        expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b))
        expect(starts[0]).toBeLessThanOrEqual(from)
        expect(starts[1] ?? to).toBeGreaterThan(from)
        expect(starts.at(-1)).toBeLessThan(to)
        for (const { startAt, key } of buckets) {
          expect(startAt % quarterMs).toBe(0)
          expect(Date.parse(key)).toBe(startAt)
        }
        expect(new Set(buckets.map(({ key }) => key)).size).toBe(buckets.length)
      },
    ),
    { numRuns: 120 },
  )
})

test('only names of time zones are time zones', () => {
  expect(['UTC', 'Europe/Berlin', 'asia/kathmandu'].filter(isTimezone)).toHaveLength(3)
  const wrong = [
    '',
    '+05:01',
    'Mars/Base',
    'UTC ',
    'a'.repeat(9999),
    'Europe/Berlin\0',
    '__proto__',
  ]
  expect(wrong.filter(isTimezone)).toEqual([])
})
