import { expect, test } from '@jest/globals'
import { ReportParameters } from '@sleepwell/contracts/analytics-routes'
import { Refusal } from '@sleepwell/runtime/express-api'
import { readReportQuery } from './read-report-query.ts'

const now = Date.parse('2026-03-30T12:07:00Z')

function read(query: Record<string, unknown>) {
  return readReportQuery(ReportParameters.parse(query), now)
}

function refusalOf(query: Record<string, unknown>): string {
  try {
    read(query)
    return 'none'
  } catch (error) {
    return error instanceof Refusal ? error.problem.code : String(error)
  }
}

test('nothing asked is the last seven days, rounded outward, in UTC', () => {
  expect(read({})).toEqual({
    linkId: undefined,
    groupBy: 'total',
    from: Date.parse('2026-03-23T12:15:00Z'),
    to: Date.parse('2026-03-30T12:15:00Z'),
    timezone: 'UTC',
  })
})

test.each([
  [{ timezone: 'Mars/Base' }, 'timezone_unknown'],
  [{ timezone: '+05:01' }, 'timezone_unknown'],
  [{ timezone: '' }, 'timezone_unknown'],
  [{ linkId: '' }, 'link_not_found'],
  [{ linkId: 'x' }, 'link_not_found'],
  [{ from: 'yesterday' }, 'range_invalid'],
  [{ from: '' }, 'range_invalid'],
  [{ from: '2026-03-01T00:00:00' }, 'range_invalid'],
  [{ from: '2026-02-30T00:00:00Z' }, 'range_invalid'],
  [{ to: '2026-03-30' }, 'range_invalid'],
  [{ from: '2026-03-30T12:15:00Z' }, 'range_invalid'],
  [{ from: '2026-03-31T00:00:00Z', to: '2026-03-30T00:00:00Z' }, 'range_invalid'],
  [{ from: '2025-02-01T00:00:00Z' }, 'range_invalid'],
  [{ from: '0000-01-01T00:00:00Z', to: '0000-01-02T00:00:00Z' }, 'range_invalid'],
  [{ from: '9999-12-31T00:00:00Z', to: '9999-12-31T23:59:59Z' }, 'range_invalid'],
])('%j is refused as %s', (query, code) => {
  expect(refusalOf(query)).toBe(code)
})

test('400 days are not too many', () => {
  const query = { from: '2025-01-01T00:00:00Z', to: '2026-02-05T00:00:00Z' }
  expect(refusalOf(query)).toBe('none')
  expect(refusalOf({ ...query, to: '2026-02-05T00:00:01Z' })).toBe('range_invalid')
})

test('what was not summed is asked of 31 days at most, a month in which clocks go back included', () => {
  const raw = [{ 'filter[os]': 'Linux' }, { groupBy: 'utm_source' }]
  const month = { from: '2025-10-01T00:00:00+02:00', to: '2025-11-01T00:00:00+01:00' }
  const more = { from: '2025-10-01T00:00:00Z', to: '2025-11-02T00:00:00Z' }
  for (const asked of raw) {
    expect(refusalOf({ ...asked, ...month, timezone: 'Europe/Berlin' })).toBe('none')
    expect(refusalOf({ ...asked, ...more })).toBe('range_too_wide')
  }
  for (const groupBy of ['weekday_hour', 'day', 'country', 'link'])
    expect(refusalOf({ groupBy, ...more })).toBe('none')
})

test('several filters are read, each by its name', () => {
  const { filter } = read({ 'filter[os]': 'iOS', 'filter[utm_term]': 'a b' })
  expect(filter).toEqual({ os: 'iOS', utm_term: 'a b' })
})

test('a time may leave its seconds out, and its + unencoded', () => {
  const { from } = read({ from: '2026-03-30T02:00 02:00' })
  expect(from).toBe(Date.parse('2026-03-30T00:00:00Z'))
})
