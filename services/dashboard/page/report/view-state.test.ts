import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { dimensions } from './dimensions.ts'
import {
  hasFilters,
  readView,
  withBots,
  withComparison,
  withFilter,
  withoutFilters,
  withPeriod,
} from './view-state.ts'

const link = '01a0e3c4-5d1f-7c3a-9a55-3f1d2c0b7e11'

test('an empty query is the last week, compared with the one before', () => {
  expect(readView('', 'Europe/Berlin')).toEqual({
    period: 'week',
    comparison: 'previous',
    bots: false,
    timezone: 'Europe/Berlin',
    link: undefined,
    filters: {},
  })
})

test('what was put into the query is read from it', () => {
  let search = withPeriod('?list=open', { from: '2026-03-01', to: '2026-03-07' })
  search = withComparison(search, 'year')
  search = withBots(search, true)
  search = withFilter(search, 'link', link)
  expect(readView(`${search}&tz=Asia%2FTokyo`, 'UTC')).toEqual({
    period: { from: '2026-03-01', to: '2026-03-07' },
    comparison: 'year',
    bots: true,
    timezone: 'Asia/Tokyo',
    link,
    filters: {},
  })
  expect(new URLSearchParams(search).get('list')).toBe('open')
})

test('any value that a click can have comes back from the query as it was', () => {
  const value = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
    .filter((text) => !text.includes('\0') && text.isWellFormed())
  fc.assert(
    fc.property(fc.constantFrom(...dimensions), value, (dimension, text) => {
      const { filters } = readView(withFilter('?period=today', dimension, text), 'UTC')
      expect(filters).toEqual({ [dimension]: text })
    }),
  )
})

test('a query that makes no sense is read as if it said nothing', () => {
  const search =
    '?period=__proto__&from=2026-02-30&to=x&compare=all&tz=Mars&link=1&bots=yes&country='
  expect(readView(search, 'UTC')).toEqual(readView('', 'UTC'))
  expect(readView('?from=2020-01-01&to=2026-01-01', 'UTC').period).toBe('week')
})

test('days are taken the other way round too', () => {
  expect(readView('?from=2026-01-02&to=2026-01-01', 'UTC').period).toEqual({
    from: '2026-01-01',
    to: '2026-01-02',
  })
})

test('filters are cleared together, and nothing else is', () => {
  const search = withFilter(withFilter('?period=month', 'country', 'DE'), 'link', link)
  expect(hasFilters(readView(search, 'UTC'))).toBe(true)
  expect(withoutFilters(search)).toBe('?period=month')
  expect(hasFilters(readView(withoutFilters(search), 'UTC'))).toBe(false)
})

test('a name takes the place of days, and what is usual is left out', () => {
  expect(withPeriod('?from=2026-03-01&to=2026-03-07', 'week')).toBe('')
  expect(withPeriod('?from=2026-03-01&to=2026-03-07', 'today')).toBe('?period=today')
})
