import { readFileSync } from 'node:fs'
import { alertmanagerConfig } from './alertmanager.ts'
import { analysisTemplates } from './analysis-templates.ts'
import { grafanaJson } from './dashboard.ts'
import { dashboards } from './dashboards/all.ts'
import { alertCatalogue } from './catalogue.ts'
import { alertGroups, sloGroups } from './rules.ts'
import { canaryThresholds, loadGates } from './thresholds.ts'
import { prometheusRule, ruleFile } from './rule-file.ts'
import { withObjectives } from './slo-page.ts'

/** Beside Alertmanager, as in the stack: what takes pages and tickets somewhere else stands here. */
const receiver = {
  page: 'http://127.0.0.1:9099/page',
  ticket: 'http://127.0.0.1:9099/ticket',
  watchdog: 'http://127.0.0.1:9099/watchdog',
}

const sloPage = new URL('../../docs/slo.md', import.meta.url)

/** What is generated: paths from the root of the repository, and contents. */
export function outputs(): ReadonlyMap<string, string> {
  return new Map([
    ['deploy/alertmanager/alertmanager.yml', alertmanagerConfig({ urls: receiver })],
    ...dashboards.map(
      (one) => [`deploy/grafana/dashboards/${one.uid}.json`, grafanaJson(one)] as const,
    ),
    ['deploy/canary/thresholds.json', json(canaryThresholds())],
    ['k8s/components/canary-analysis/analysis.yaml', analysisTemplates()],
    ['test-e2e/load/gates.json', json(loadGates())],
    ['deploy/prometheus/slo.rules.yml', ruleFile(sloGroups())],
    ['deploy/prometheus/alerts.rules.yml', ruleFile(alertGroups())],
    [
      'k8s/components/prometheus-operator/rules.yaml',
      prometheusRule('sleepwell', [...sloGroups(), ...alertGroups()]),
    ],
    ['docs/alerts.md', alertCatalogue()],
    // Where only a part is generated, the rest stays as it is.
    ['docs/slo.md', withObjectives(readFileSync(sloPage, 'utf8'))],
  ])
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}
