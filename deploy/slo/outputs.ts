import { alertGroups, sloGroups } from './rules.ts'
import { prometheusRule, ruleFile } from './rule-file.ts'

/** What is generated: paths from the root of the repository, and contents. */
export function outputs(): ReadonlyMap<string, string> {
  return new Map([
    ['deploy/prometheus/slo.rules.yml', ruleFile(sloGroups())],
    ['deploy/prometheus/alerts.rules.yml', ruleFile(alertGroups())],
    [
      'k8s/components/prometheus-operator/rules.yaml',
      prometheusRule('sleepwell', [...sloGroups(), ...alertGroups()]),
    ],
  ])
}
