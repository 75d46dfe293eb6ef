import type { Metric } from '@sleepwell/contracts/metric'
import { metrics } from '@sleepwell/contracts/metrics'
import { expect, test } from '@jest/globals'
import { burnAlertName } from './burn-rate-rules.ts'
import { dashboards } from './dashboards/all.ts'
import { alertGroups, alerts, sloGroups } from './rules.ts'
import { selectorsIn, unreportedIn } from './test-metric-names.ts'
import { allSlos } from './test-cases.ts'

const rules = [...alertGroups(), ...sloGroups()].flatMap((group) => group.rules)
const declared: Readonly<Record<string, Metric>> = metrics

test('no rule reads a number, or a label, that nobody reports', () => {
  expect(rules.flatMap(({ expr }) => unreportedIn(expr))).toEqual([])
})

test('no dashboard does', () => {
  const panels = dashboards.flatMap(({ rows }) => rows.flatMap((row) => row.panels))
  const queries = panels.flatMap((panel) => panel.queries.map(({ expr }) => expr))
  expect(queries.length).toBeGreaterThan(10)
  expect(queries.flatMap(unreportedIn)).toEqual([])
})

test('what is not reported would be seen', () => {
  expect(unreportedIn('sum(rate(redirect_requests_total{outcome="found"}[5m])) > 0')).toEqual([])
  expect(unreportedIn('sum by (job) (rate(redirect_request_total[5m] offset 1h)) > 1e3')).toEqual([
    'nobody reports redirect_request_total',
  ])
  expect(unreportedIn('redirect_requests_total{result="found"} unless on () up')).toEqual([
    'redirect_requests_total has no label result',
  ])
  expect(unreportedIn('analytics_gaps_total_count')).toHaveLength(1)
  expect(selectorsIn('max by (a) (b{c="d",e!~"f.*"}) / on (g) group_left h offset 5m')).toEqual([
    { name: 'b', labels: ['c', 'e'] },
    { name: 'h', labels: [] },
  ])
})

test('a bucket that a rule reads is one of the histogram’s', () => {
  const read = rules.flatMap(({ expr }) => [
    ...expr.matchAll(/(\w+)_bucket\{le=~?"([\d.]+)(?:\(.*?\)\?)?"\}/gu),
  ])
  expect(read.length).toBeGreaterThan(10)
  for (const [, histogram = '', bound] of read)
    expect(declared[histogram]?.buckets).toContain(Number(bound))
})

test('an alert has one name, and every SLO another', () => {
  const names = [...alerts.map(({ name }) => name), ...allSlos.map(burnAlertName)]
  expect(new Set(names).size).toBe(names.length)
})

test('delay of reports wakes nobody', () => {
  const waking = rules.flatMap((rule) =>
    'alert' in rule && rule.labels.severity === 'page' && rule.labels.service === 'analytics'
      ? [rule.alert]
      : [],
  )
  // Each of them is about clicks that are, or soon will be, lost.
  expect(waking).toEqual(['ClicksNearRetention', 'LedgerDifference', 'ClickLogGap'])
})

test('every service of ours is watched for saturation, and the dashboard wakes nobody', () => {
  const alertsOf = (service: string) =>
    rules.flatMap((rule) =>
      'alert' in rule && new RegExp(`\\b${service}(_\\w+)?\\b`, 'u').test(rule.expr) ? [rule] : [],
    )
  const saturation = ['CpuSaturated', 'EventLoopSaturated', 'MemorySaturated']
  for (const service of ['redirect', 'link-write', 'analytics', 'dashboard'])
    expect(alertsOf(service).map(({ alert }) => alert)).toEqual(expect.arrayContaining(saturation))
  expect(alertsOf('redirect').map(({ labels }) => labels.severity)).toContain('page')
  expect(new Set(alertsOf('dashboard').map(({ labels }) => labels.severity))).toEqual(
    new Set(['ticket']),
  )
})
