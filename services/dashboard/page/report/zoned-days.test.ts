import { expect, test } from '@jest/globals'
import {
  addDays,
  clockAt,
  dayAt,
  daysBetween,
  isDay,
  isTimezone,
  startOfDay,
} from './zoned-days.ts'

test('a day begins at midnight of its zone, in summer and in winter', () => {
  expect(new Date(startOfDay('2026-01-15', 'Europe/Berlin')).toISOString()).toBe(
    '2026-01-14T23:00:00.000Z',
  )
  expect(new Date(startOfDay('2026-07-15', 'Europe/Berlin')).toISOString()).toBe(
    '2026-07-14T22:00:00.000Z',
  )
  expect(new Date(startOfDay('2026-07-15', 'Asia/Kathmandu')).toISOString()).toBe(
    '2026-07-14T18:15:00.000Z',
  )
})

test('the day on which clocks change begins once', () => {
  expect(
    startOfDay('2026-03-30', 'Europe/Berlin') - startOfDay('2026-03-29', 'Europe/Berlin'),
  ).toBe(23 * 3_600_000)
  expect(
    startOfDay('2026-10-26', 'Europe/Berlin') - startOfDay('2026-10-25', 'Europe/Berlin'),
  ).toBe(25 * 3_600_000)
})

test('a day whose midnight is skipped begins where the skip ends', () => {
  // Santiago goes from 23:59:59 to 01:00.
  const start = startOfDay('2026-09-06', 'America/Santiago')
  expect(dayAt(start, 'America/Santiago')).toBe('2026-09-06')
  expect(dayAt(start - 1, 'America/Santiago')).toBe('2026-09-05')
  expect(clockAt(start, 'America/Santiago')).toBe('01:00:00')
})

test('a day whose first hour comes twice begins with the first of them', () => {
  const start = startOfDay('2026-11-01', 'America/Havana')
  expect(dayAt(start - 1, 'America/Havana')).toBe('2026-10-31')
})

test('days are added over months and leap days', () => {
  expect(addDays('2028-02-28', 1)).toBe('2028-02-29')
  expect(addDays('2026-03-01', -1)).toBe('2026-02-28')
  expect(daysBetween('2026-02-27', '2026-03-02')).toBe(3)
})

test('only days and zones that exist are taken', () => {
  expect(['2026-02-28', '2026-02-30', '2026-2-3', 'today'].map(isDay)).toEqual([
    true,
    false,
    false,
    false,
  ])
  expect(['UTC', 'Europe/Berlin', 'Mars/Olympus', '+05:01'].map(isTimezone)).toEqual([
    true,
    true,
    false,
    false,
  ])
})
