import { expect, test } from '@jest/globals'
import { slos } from '@sleepwell/contracts/slo'
import { bucket, queryOf } from './sli-query.ts'

test('a share is of what counts at all', () => {
  const query = queryOf(slos.redirectAvailability)
  const bad = 'redirect_requests_total{outcome=~"unavailable|shed|error"}'
  const all = 'redirect_requests_total{outcome!~"limited|unclaimed"}'
  expect(query.errorRatio('5m')).toBe(`sum(rate(${bad}[5m])) / (sum(rate(${all}[5m])) > 0)`)
  expect(query.badEvents('1h')).toBe(`sum(increase(${bad}[1h]))`)
})

test('of a latency the slow ones are bad, as counted and not as estimated', () => {
  expect(queryOf(slos.redirectLatency).badEvents('1h')).toBe(
    'clamp_min(sum(increase(redirect_duration_seconds_count[1h])) - sum(increase(redirect_duration_seconds_bucket{le="0.05"}[1h])), 0)',
  )
})

test('a whole bound is found in Prometheus 2 and in Prometheus 3', () => {
  const selector = bucket('some_seconds', 5)
  expect(selector).toBe(String.raw`some_seconds_bucket{le=~"5(\\.0)?"}`)
  // As Prometheus reads it: a string with its escapes, then an expression that must match the whole.
  const [, text = ''] = /le=~(".*")/u.exec(selector) ?? []
  const matches = new RegExp(`^(?:${JSON.parse(text) as string})$`, 'u')
  expect(['5', '5.0', '50', '5x0', '0.5'].filter((le) => matches.test(le))).toEqual(['5', '5.0'])
})
