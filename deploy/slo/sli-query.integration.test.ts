import { expect, test } from '@jest/globals'
import { slos } from '@sleepwell/contracts/slo'
import { queryOf } from './sli-query.ts'
import { objections } from './test-promtool.ts'

test('no budget grows: what came late before the first scrape makes no share below zero', () => {
  const { errorRatio } = queryOf(slos.clickFreshness)
  const expr = `${errorRatio('30m')} < 0`
  const rule = { alert: 'BelowZero', expr, labels: {}, annotations: {} }
  const one = {
    alert: 'BelowZero',
    when: 'all that came since was in time',
    series: {
      analytics_click_delay_seconds_count: '_ _ _ 20 30 40',
      'analytics_click_delay_seconds_bucket{le="5"}': '_ _ _ 9 19 29',
    },
    at: '5m',
    steps: { scrape: 60, evaluate: 60 },
  }
  expect(objections([{ name: 'sli', rules: [rule] }], [one])).toBe('')
})
