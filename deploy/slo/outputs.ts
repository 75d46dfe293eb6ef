import { alertmanagerConfig } from './alertmanager.ts'
import { grafanaJson } from './dashboard.ts'
import { dashboards } from './dashboards/all.ts'
import { alertGroups, sloGroups } from './rules.ts'
import { canaryThresholds, loadGates } from './thresholds.ts'
import { prometheusRule, ruleFile } from './rule-file.ts'

/** Beside Alertmanager, as in the stack: what takes pages and tickets somewhere else stands here. */
const receiver = {
  page: 'http://127.0.0.1:9099/page',
  ticket: 'http://127.0.0.1:9099/ticket',
  watchdog: 'http://127.0.0.1:9099/watchdog',
}

/** What is generated: paths from the root of the repository, and contents. */
export function outputs(): ReadonlyMap<string, string> {
  return new Map([
    ['deploy/alertmanager/alertmanager.yml', alertmanagerConfig({ urls: receiver })],
    ...dashboards.map(
      (one) => [`deploy/grafana/dashboards/${one.uid}.json`, grafanaJson(one)] as const,
    ),
    ['deploy/canary/thresholds.json', json(canaryThresholds())],
    ['test-e2e/load/gates.json', json(loadGates())],
    ['deploy/prometheus/slo.rules.yml', ruleFile(sloGroups())],
    ['deploy/prometheus/alerts.rules.yml', ruleFile(alertGroups())],
    [
      'k8s/components/prometheus-operator/rules.yaml',
      prometheusRule('sleepwell', [...sloGroups(), ...alertGroups()]),
    ],
  ])
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}
