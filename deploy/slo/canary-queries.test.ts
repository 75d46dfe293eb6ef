import { expect, test } from '@jest/globals'
import { canaryThresholds } from './thresholds.ts'
import { unreportedIn } from './test-metric-names.ts'

const scope = { canary: 'instance="a:1"', stable: 'instance=~"b:1|c:1"', window: '5m' }
const services = canaryThresholds(scope)
const checks = services.flatMap((one) => one.checks)

test('a release is judged by numbers that somebody reports', () => {
  expect(checks.length).toBeGreaterThan(10)
  expect(checks.flatMap(({ query, early = '' }) => unreportedIn(query + early))).toEqual([])
})

test('every number has a bound', () => {
  for (const { least, most } of checks)
    expect([least, most].filter(Number.isFinite)).toHaveLength(1)
})

test.each(services.map((one) => [one.service, one] as const))(
  '%s: too few requests, restarts, failures and slowness are each seen',
  (service, { checks }) => {
    expect(checks.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'requests',
        'restarts',
        `${service}-availability`,
        `${service}-availability-above-stable`,
        `${service}-latency`,
        `${service}-latency-above-stable`,
      ]),
    )
  },
)
