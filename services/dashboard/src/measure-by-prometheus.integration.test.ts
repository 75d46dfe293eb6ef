// A real Prometheus, fed with what is known: what the dashboard reads out of it must be that.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { pino } from 'pino'
import { measureByPrometheus } from './measure-by-prometheus.ts'
import { openMeasuring } from './open-measuring.ts'
import { createAsk } from './prometheus.ts'
import type { Measured } from './reliability.ts'
import {
  openTestProcess,
  openTestPrometheus,
  type Past,
  type TestPrometheus,
} from './test-prometheus.ts'

const minute = 60
const hour = 60 * minute
const day = 24 * hour
const silent = pino({ level: 'silent' })

/** Answers a second, of which a share fails that changed over time: `age` seconds before now. */
const perSecond = 10
const failing = (age: number) =>
  age < 20 * minute ? 0.01 : age < 2 * hour ? 0.002 : age < 12 * hour ? 0.0005 : 0.0001
/** The same, averaged over the windows that are shown. */
const failed = {
  '5m': 0.01,
  '1h': (20 * 0.01 + 40 * 0.002) / 60,
  '6h': (20 * 0.01 + 100 * 0.002 + 240 * 0.0005) / 360,
  '3d': (20 * 0.01 + 100 * 0.002 + 600 * 0.0005 + (4320 - 720) * 0.0001) / 4320,
}
const objective = 0.9999
/** Of the last thirty days, as was recorded in the course of them. */
const failedInPeriod = 0.00004
/** Answers a second in their course: beside so many the bad ones of now weigh nothing. */
const busy = 10_000
/** Shares of redirects that took no longer, in seconds. */
const taken = { '0.005': 0.5, '0.01': 0.9, '0.05': 0.97, '0.1': 1, '+Inf': 1 }

const gauges = (spool: number) => `
process_start_time_seconds ${Date.now() / 1000 - 7200 + spool}
redirect_spool_bytes ${spool}
redirect_spool_limit_bytes 1000
redirect_spool_age_seconds ${spool / 100}
redirect_spool_unshipped_clicks ${spool / 10}
dependency_breaker_state{dependency="redis"} ${spool > 300 ? 2 : 0}
dependency_breaker_state{dependency="primary"} 0
`
const lag = (records: number) =>
  [10, 9, 2].map(
    (partition) =>
      `analytics_partition_lag_records{log="kafka",partition="${partition}"} ${records + partition}`,
  )

const open = new AsyncDisposableStack()
let prometheus: TestPrometheus
let measured: Measured

beforeAll(async () => {
  const processOf = async (text: string) => open.use(await openTestProcess(text)).target
  const redirects = [await processOf(gauges(100)), await processOf(gauges(400))]
  const analytics = [
    await processOf([...lag(5), 'analytics_oldest_unprocessed_seconds 3', ''].join('\n')),
    await processOf([...lag(7), 'analytics_oldest_unprocessed_seconds 8', ''].join('\n')),
  ]
  prometheus = open.use(
    await openTestPrometheus(past(Math.floor(Date.now() / 1000)), {
      redirect: [...redirects, '127.0.0.1:1'],
      analytics,
      'link-write': ['127.0.0.1:1'],
    }),
  )
  await prometheus.until('slo:period_error_budget_remaining:ratio{slo="redirect-availability"}')
  await prometheus.until('count(up == 1) == 4')
  await prometheus.until('count(up == 0) == 2')
  measured = await untilMeasured(() => measureByPrometheus(createAsk(prometheus.origin, fetch)))
})
afterAll(() => open.disposeAsync())

const near = (value: number) => ({
  asymmetricMatch: (other: unknown) =>
    typeof other === 'number' && Math.abs(other - value) <= 0.02 * value,
  toString: () => `near ${value}`,
})

describe('what Prometheus was fed is what is shown', () => {
  test('budgets and burn rates', () => {
    const availability = measured.slos.get('redirect-availability')
    expect(availability).toEqual({
      budgetLeft: near(1 - failedInPeriod / (1 - objective)),
      burnRates: {
        '5m': near(failed['5m'] / (1 - objective)),
        '1h': near(failed['1h'] / (1 - objective)),
        '6h': near(failed['6h'] / (1 - objective)),
        '3d': near(failed['3d'] / (1 - objective)),
      },
      why: null,
    })
    // 3 % are slower than the threshold, of which 1 % may be.
    expect(measured.slos.get('redirect-latency')?.burnRates['5m']).toEqual(near(3))
  })

  test('an objective of which nothing happened has no numbers, and says so', () => {
    expect(measured.slos.get('link-write-availability')).toEqual({
      budgetLeft: null,
      burnRates: { '5m': null, '1h': null, '6h': null, '3d': null },
      why: expect.stringMatching(/^Nothing happened/u),
    })
  })

  test('services', () => {
    const [redirect, linkWrite, analytics, dashboard] = measured.services
    expect(redirect).toEqual({
      name: 'redirect',
      up: true,
      instances: { up: 2, all: 3 },
      requestsPerSecond: near(perSecond),
      failedShare: near(failed['5m']),
      p50Seconds: near(0.005),
      p99Seconds: near(0.05 + (0.1 - 0.05) * (2 / 3)),
      uptimeSeconds: near(7200 - 400),
      why: null,
    })
    const unmeasured = {
      requestsPerSecond: null,
      failedShare: null,
      p50Seconds: null,
      p99Seconds: null,
      uptimeSeconds: null,
    }
    const gone = { name: 'link-write', up: false, instances: { up: 0, all: 1 }, why: null }
    expect(linkWrite).toEqual({ ...unmeasured, ...gone })
    expect(analytics).toMatchObject({ up: true, instances: { up: 2, all: 2 } })
    const why = 'Prometheus does not watch dashboard.'
    expect(dashboard).toEqual({ ...unmeasured, name: 'dashboard', up: null, instances: null, why })
  })

  test('what they lean on: one that does not answer one of them is down', () => {
    const order = (one: Measured['breakers']) =>
      one.toSorted((a, b) => a.dependency.localeCompare(b.dependency))
    expect(order(measured.breakers)).toEqual([
      { of: 'redirect', dependency: 'primary', state: 0 },
      { of: 'redirect', dependency: 'redis', state: 2 },
    ])
  })

  test('clicks on their way: spools added up, the oldest of all, lag by partition once', () => {
    expect(measured.pipeline).toEqual({
      spoolBytes: 500,
      spoolLimitBytes: 2000,
      spoolAgeSeconds: 4,
      unshippedClicks: 50,
      delaySeconds: 8,
      lagPerPartition: [
        { log: 'kafka', partition: '2', records: 9 },
        { log: 'kafka', partition: '9', records: 16 },
        { log: 'kafka', partition: '10', records: 17 },
      ],
    })
    expect(measured.unknown).toEqual([])
    expect(measured.source).toBe('prometheus')
  })
})

test('when Prometheus goes away the services are asked themselves, and that is said', async () => {
  const redirect = open.use(await openTestProcess(gauges(100)))
  const urls = [{ service: 'redirect', origin: `http://${redirect.target}` }]
  await using measuring = openMeasuring(
    { PROMETHEUS_URL: prometheus.origin, ADMIN_URLS: urls },
    silent,
  )
  await using alone = openMeasuring({ PROMETHEUS_URL: prometheus.origin, ADMIN_URLS: [] }, silent)
  await untilMeasured(measuring.measure)
  await prometheus.end()
  const left = (await measuring.measure()) as Measured
  expect(left).toMatchObject({ source: 'services', pipeline: { spoolBytes: 100 } })
  expect(left.unknown).toEqual([expect.stringMatching(/^Prometheus does not answer: .*30 days/u)])
  expect(left.slos.get('redirect-availability')).toMatchObject({ budgetLeft: null })
  expect(await alone.measure()).toMatch(/^Prometheus does not answer, and nobody said/u)
})

/** A loaded machine may keep Prometheus from answering in time. */
async function untilMeasured(measure: () => Promise<Measured | string>): Promise<Measured> {
  for (;;) {
    const found = await measure().catch(() => 'later')
    if (typeof found === 'object' && found.source === 'prometheus') return found
  }
}

/** Until `now`, as two processes told it, and as rules recorded it. */
function past(now: number): Past {
  const ages = (length: number, step: number) =>
    Array.from({ length: Math.floor(length / step) + 1 }, (_, i) => length - i * step)
  const minutes = ages(3 * day + hour, minute)
  /** Of two processes together, so many a second at each age. */
  const counted = (rate: (age: number) => number) => {
    let sum = 0
    return minutes.map((age) => [now - age, (sum += rate(age) * minute)] as const)
  }
  const series: Record<string, Past[string]> = {}
  const feed = (name: string, labels: string, rate: (age: number) => number) => {
    for (const [instance, share] of [
      ['a', 0.25],
      ['b', 0.75],
    ] as const) {
      const where = `job="redirect",instance="${instance}"`
      series[`${name}{${[where, labels].filter(Boolean).join(',')}}`] = counted(
        (age) => share * rate(age),
      )
    }
  }
  feed('redirect_requests_total', 'outcome="found"', (age) => perSecond * (1 - failing(age)))
  feed('redirect_requests_total', 'outcome="error"', (age) => perSecond * failing(age))
  feed('redirect_duration_seconds_count', '', () => perSecond)
  for (const [le, share] of Object.entries(taken))
    feed('redirect_duration_seconds_bucket', `le="${le}"`, () => perSecond * share)
  const recorded = ages(29 * day, 15 * minute).slice(0, -4)
  const labels =
    'sloth_id="sleepwell-redirect-availability",sloth_service="redirect",sloth_slo="redirect-availability",service="redirect",slo="redirect-availability",tier="critical"'
  for (const [record, value] of [
    ['slo:sli_bad:rate5m', busy * failedInPeriod],
    ['slo:sli_all:rate5m', busy],
  ] as const)
    series[`${record}{${labels}}`] = recorded.map((age) => [now - age, value] as const)
  return series
}
