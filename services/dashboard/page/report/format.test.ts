import { expect, test } from '@jest/globals'
import {
  plural,
  showAgo,
  showBucket,
  showBytes,
  showCount,
  showDays,
  showDuration,
  showLatency,
  showLongBucket,
  showShare,
  showShort,
} from './format.ts'

test('counts are exact where there is room', () => {
  expect([showCount(1234567), showShort(1234567), showShort(950)]).toEqual([
    '1,234,567',
    '1.2M',
    '950',
  ])
  expect([plural(1, 'click'), plural(0, 'click'), plural(1200, 'country', 'countries')]).toEqual([
    '1 click',
    '0 clicks',
    '1,200 countries',
  ])
})

test('a share that is not nothing is not shown as nothing', () => {
  expect([showShare(0), showShare(0.0004), showShare(0.123), showShare(1)]).toEqual([
    '0%',
    '<0.1%',
    '12.3%',
    '100%',
  ])
})

test('days say their year once', () => {
  expect(showDays('2026-03-01', '2026-03-07')).toBe('1 Mar – 7 Mar 2026')
  expect(showDays('2025-12-30', '2026-01-02')).toBe('30 Dec 2025 – 2 Jan 2026')
  expect(showDays('2026-03-01', '2026-03-01')).toBe('1 Mar 2026')
})

test('hours and days are read as the zone of the report has them', () => {
  expect(showBucket('2026-03-08T14:00:00+05:30', 'hour')).toBe('14:00')
  expect(showLongBucket('2026-03-08T00:00:00+05:30', 'day')).toBe('Sun, 8 Mar 2026')
})

test('durations, sizes and latencies keep two figures', () => {
  expect([2_140, 61_000, 600_000, 7_300_000, 864_000_000].map(showDuration)).toEqual([
    '2.1 s',
    '61 s',
    '10 min',
    '2 h',
    '10 days',
  ])
  expect([12, 1_500, 25_000_000].map(showBytes)).toEqual(['12 B', '1.5 kB', '25 MB'])
  expect([0.0042, 0.25, 1.3].map(showLatency)).toEqual(['4.2 ms', '250 ms', '1.3 s'])
  expect(showAgo('2026-03-08T00:00:00Z', Date.parse('2026-03-08T00:10:00Z'))).toBe('10 min ago')
})
