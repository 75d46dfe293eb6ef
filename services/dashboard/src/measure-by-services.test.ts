import { expect, test } from '@jest/globals'
import { measureByServices } from './measure-by-services.ts'
import { readMetrics } from './metrics-text.ts'
import type { Watched } from './watch-services.ts'

/** A redirect that was looked at twice within ten seconds. */
function watched(before: string, after: string, up = true): Watched {
  const looks = [before, after].map((text, i) => ({ at: i * 10_000, metrics: readMetrics(text) }))
  return { service: 'redirect', origin: 'http://10.0.0.1:9080', up, looks }
}

const measureAlone = (watched: readonly Watched[]) =>
  measureByServices(watched, 'No Prometheus is configured')

const told = (found: number, errors: number, fast: number) => `
# HELP redirect_requests_total Requests
redirect_requests_total{outcome="found",otel_scope_name="redirect"} ${found}
redirect_requests_total{outcome="limited"} 1000
redirect_requests_total{outcome="error"} ${errors}
redirect_duration_seconds_bucket{le="0.05"} ${fast}
redirect_duration_seconds_bucket{le="0.1"} ${found + errors}
redirect_duration_seconds_bucket{le="+Inf"} ${found + errors}
redirect_duration_seconds_count ${found + errors}
redirect_spool_bytes 512
dependency_breaker_state{dependency="redis"} 2
`

test('what was told twice is a rate, a share, a quantile and a burn rate; the month is not known', () => {
  const measured = measureAlone([watched(told(0, 0, 0), told(99, 1, 50))])
  const [redirect, linkWrite] = measured.services
  expect(redirect).toMatchObject({ up: true, requestsPerSecond: 10, failedShare: 0.01 })
  expect(redirect?.p50Seconds).toBeCloseTo(0.05)
  expect(redirect?.p99Seconds).toBeCloseTo(0.099)
  expect(linkWrite).toMatchObject({ up: null, requestsPerSecond: null })
  const availability = measured.slos.get('redirect-availability')
  expect(availability?.burnRates['5m']).toBeCloseTo(100)
  expect(availability?.budgetLeft).toBeNull()
  expect(availability?.why).toMatch(/^No Prometheus is configured: /u)
  expect(measured.slos.get('redirect-latency')?.burnRates['5m']).toBeCloseTo(50)
  expect(measured.breakers).toEqual([{ of: 'redirect', dependency: 'redis', state: 2 }])
  expect(measured.pipeline.spoolBytes).toBe(512)
})

test('a process that does not answer is down, and what it told before counts no more', () => {
  const measured = measureAlone([watched(told(0, 0, 0), told(9, 0, 9), false)])
  expect(measured.services[0]).toMatchObject({ up: false, instances: { up: 0, all: 1 } })
  expect(measured.pipeline.spoolBytes).toBeNull()
  expect(measured.breakers).toEqual([])
})

test('lag is told partition by partition, once, however many processes tell of it', () => {
  const of = (origin: string, records: number): Watched => {
    const text = [10, 9, 2].map(
      (partition) =>
        `analytics_partition_lag_records{log="kafka",partition="${partition}"} ${records}`,
    )
    const metrics = readMetrics(text.join('\n'))
    return { service: 'analytics', origin, up: true, looks: [{ at: 0, metrics }] }
  }
  const measured = measureAlone([of('http://10.0.0.1:9082', 7), of('http://10.0.0.2:9082', 9)])
  expect(measured.pipeline.lagPerPartition).toEqual(
    ['2', '9', '10'].map((partition) => ({ log: 'kafka', partition, records: 9 })),
  )
  expect(measureAlone([]).pipeline.lagPerPartition).toBeNull()
})
