import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { outputs } from './outputs.ts'
import { alertGroups, alerts, sloGroups } from './rules.ts'
import type { RuleGroup } from './rule-file.ts'
import { burnAlertName } from './burn-rate-rules.ts'
import { allSlos, cases } from './test-cases.ts'
import { objections, promtool } from './test-promtool.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

test('Prometheus takes the committed rules', () => {
  const files = [...outputs().keys()].filter((path) => path.endsWith('.rules.yml'))
  expect(files.length).toBeGreaterThan(0)
  expect(promtool(['check', 'rules', ...files.map((path) => root + path)])).toBe('')
})

test('Prometheus takes the rules of a drill, which are sixty times as fast', () => {
  const fast = [...alertGroups(60), ...sloGroups(60)]
  const alive = { alert: 'Watchdog', when: 'a minute has passed', series: {}, at: '1m' }
  expect(objections(fast, [{ ...alive, firing: [{}] }])).toBe('')
})

test.each(alerts.map(({ name }) => name))('%s fires when it should, and only then', (name) => {
  const own = cases.filter(({ alert }) => alert === name)
  expect(objections(rulesOf(name), own)).toBe('')
})

test('a Prometheus that knows nothing says just that', () => {
  const spoken = ['Watchdog', 'RedirectTrafficAbsent', 'LinkWriteAbsent', 'AnalyticsAbsent']
  const names = [...alerts.map(({ name }) => name), ...allSlos.map(burnAlertName)]
  const nothing = names.map((alert) => ({
    alert,
    when: 'nothing is known',
    series: {},
    at: '1h',
    steps: { scrape: 60, evaluate: 300 },
    firing: spoken.includes(alert) ? [{}] : [],
  }))
  expect(objections([...alertGroups(), ...sloGroups()], nothing)).toBe('')
})

/** Its rule, and the records it may read: all rules together take four times as long. */
function rulesOf(name: string): RuleGroup[] {
  return alertGroups().map(({ rules, ...group }) => ({
    ...group,
    rules: rules.filter((rule) => 'record' in rule || rule.alert === name),
  }))
}
