// Releases as Prometheus would have seen them for five minutes, and which of the checks each of them fails.
import { expect, test } from '@jest/globals'
import type { RuleGroup } from './rule-file.ts'
import { counting, holding } from './test-alert-case.ts'
import { objections } from './test-promtool.ts'
import { canaryThresholds } from './thresholds.ts'

const scope = { canary: 'instance="a"', stable: 'instance=~"b|c"', window: '5m' }

const checks = canaryThresholds(scope)[0]?.checks ?? []

/** What one process answers, a second each. */
interface Traffic {
  readonly instance: string
  readonly found?: number
  readonly probe?: number
  readonly absent?: number
  readonly error?: number
  /** Of all those, beyond 50 ms. */
  readonly slow?: number
  readonly starts?: readonly (readonly [at: number, lasting: string])[]
}

const stable: readonly Traffic[] = [
  { instance: 'b', found: 10, absent: 1, error: 0.0001, slow: 0.02 },
  { instance: 'c', found: 10, absent: 1, error: 0.0001, slow: 0.02 },
]
/** A few visitors, and the floor. */
const canary: Traffic = { instance: 'a', found: 0.4, absent: 0.04, probe: 1, slow: 0.003 }

test.each<[what: string, traffic: readonly Traffic[], failed: readonly string[]]>([
  ['a good one', [canary, ...stable], []],
  ['a good one where nobody else is visited', [canary], []],
  [
    'one that fails a fifth of the visitors, and none of the floor',
    [{ ...canary, found: 0.32, error: 0.08 }, ...stable],
    ['redirect-availability', 'redirect-availability-above-stable'],
  ],
  [
    'one no worse than the others, in a bad hour for all',
    [{ ...canary, error: 0.08 }, ...stable.map((one) => ({ ...one, error: 2 }))],
    ['redirect-availability'],
  ],
  [
    'one that is slow for all visitors, and not for the floor',
    [{ ...canary, slow: 0.44 }, ...stable],
    ['redirect-latency', 'redirect-latency-above-stable'],
  ],
  [
    'one that is a little slower than the others',
    [{ ...canary, slow: 0.035 }, ...stable],
    ['redirect-latency-above-stable'],
  ],
  [
    'one that finds no link but that of the floor',
    [{ ...canary, found: 0, absent: 0.44 }, ...stable],
    ['redirect-not-found-above-stable'],
  ],
  [
    'one that began anew twice',
    [
      {
        ...canary,
        starts: [
          [1000, '2m'],
          [1120, '2m'],
          [1240, '4m'],
        ],
      },
      ...stable,
    ],
    ['restarts'],
  ],
  ['one that hardly anybody visits', [{ ...canary, probe: 0 }, ...stable], ['requests']],
  ['one of which nothing is known', stable, ['requests']],
])('%s', (_what, traffic, failed) => {
  const cases = casesOf(traffic, failed)
  expect(objections(asAlerts(checks), cases)).toBe('')
  // By enough requests to end it before the five minutes are over.
  const early = checks.filter(({ most }) => most !== undefined)
  const asEarly = early.map(({ early = '', query, ...rest }) => ({
    ...rest,
    query: early || query,
  }))
  expect(
    objections(
      asAlerts(asEarly),
      cases.filter(({ alert }) => alert !== 'requests'),
    ),
  ).toBe('')
})

test('three failures of four hundred decide in the end, and are chance until then', () => {
  const traffic = [{ ...canary, error: 0.01 }, ...stable]
  const failed = ['redirect-availability', 'redirect-availability-above-stable']
  expect(objections(asAlerts(checks), casesOf(traffic, failed))).toBe('')
  const early = checks.flatMap(({ early, ...rest }) => (early ? [{ ...rest, query: early }] : []))
  expect(early.map(({ name }) => name)).toEqual(expect.arrayContaining(failed))
  const named = ({ alert }: { alert: string }) => early.some(({ name }) => name === alert)
  expect(objections(asAlerts(early), casesOf(traffic, []).filter(named))).toBe('')
})

function casesOf(traffic: readonly Traffic[], failed: readonly string[]) {
  const series = Object.assign({}, ...traffic.map(seriesOf)) as Record<string, string>
  return checks.map(({ name }) => ({
    alert: name,
    when: 'five minutes have passed',
    series,
    at: '6m',
    firing: failed.includes(name) ? [{}] : [],
  }))
}

function asAlerts(
  checks: readonly { name: string; query: string; least?: number; most?: number }[],
) {
  const rules = checks.map(({ name, query, least, most }) => ({
    alert: name,
    expr: least === undefined ? `(${query}) > ${most}` : `(${query}) < ${least}`,
    labels: {},
    annotations: {},
  }))
  return [{ name: 'canary', rules }] satisfies RuleGroup[]
}

function seriesOf({ instance, slow = 0, starts = [[1000, '8m']], ...answers }: Traffic) {
  const requests = (outcome: string) =>
    `redirect_requests_total{instance="${instance}",outcome="${outcome}"}`
  const { found = 0, probe = 0, absent = 0, error = 0 } = answers
  const all = found + probe + absent + error
  const duration = 'redirect_duration_seconds'
  const steadily = (perSecond: number) => counting([perSecond, '8m'])
  return {
    [requests('found')]: steadily(found),
    [requests('probe')]: steadily(probe),
    [requests('absent')]: steadily(absent),
    [requests('error')]: steadily(error),
    [`${duration}_count{instance="${instance}"}`]: steadily(all),
    [`${duration}_bucket{instance="${instance}",le="0.05"}`]: steadily(all - slow),
    [`process_start_time_seconds{instance="${instance}"}`]: holding(...starts),
  }
}
