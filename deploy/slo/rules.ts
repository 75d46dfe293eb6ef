// All rules, in the files that Prometheus loads.
import { slos } from '@sleepwell/contracts/slo'
import { type Alert, alertRule, recordRule } from './alert.ts'
import { backupAlerts } from './backup-alerts.ts'
import { burnRateRules } from './burn-rate-rules.ts'
import { createDuration } from './duration.ts'
import { analyticsAlerts, linkWriteAlerts, platformAlerts } from './other-alerts.ts'
import { redirectAlerts, redirectRecords } from './redirect-alerts.ts'
import type { RuleGroup } from './rule-file.ts'

/** Every alert but those of burn rates, which follow from the SLOs. */
export const alerts: readonly Alert[] = [
  ...redirectAlerts,
  ...linkWriteAlerts,
  ...analyticsAlerts,
  ...platformAlerts,
  ...backupAlerts,
]

export function sloGroups(timeScale = 1): RuleGroup[] {
  const d = createDuration(timeScale)
  return Object.values(slos).flatMap((slo) => burnRateRules(slo, d))
}

export function alertGroups(timeScale = 1): RuleGroup[] {
  const d = createDuration(timeScale)
  const services = [...new Set(alerts.map(({ service }) => service))]
  return services.map((service) => ({
    name: service,
    rules: [
      ...(service === 'redirect' ? redirectRecords.map((record) => recordRule(record, d)) : []),
      ...alerts.filter((alert) => alert.service === service).map((alert) => alertRule(alert, d)),
    ],
  }))
}
