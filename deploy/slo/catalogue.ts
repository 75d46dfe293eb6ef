// Every alert on one page, for whoever wonders what there is, why, and whom it wakes.
import { burnRates, type Slo, slos } from '@sleepwell/contracts/slo'
import type { Alert } from './alert.ts'
import { burnAlertName } from './burn-rate-rules.ts'
import { markdownTable } from './markdown-table.ts'
import { alerts } from './rules.ts'
import { percent } from './slo-page.ts'

const services = ['redirect', 'link-write', 'analytics', 'platform'] as const

/** `docs/alerts.md`. */
export function alertCatalogue(): string {
  const sections = services.map((service) => {
    const own = alerts.filter((alert) => alert.service === service).map(rowOf)
    const burns = Object.values<Slo>(slos).filter((slo) => slo.service === service)
    return `## ${service}\n\n${markdownTable(
      ['Alert', 'Severity', 'When', 'Why'],
      [...own, ...burns.map(burnRowOf)],
    )}`
  })
  return `${intro}\n\n${sections.join('\n\n')}\n`
}

const intro = `# Alerts

<!-- Made by \`npm run generate\` from deploy/slo and packages/contracts/src/slo.ts. Not to be edited. -->

A **page** wakes somebody, a **ticket** is for office hours, **none** is a sign of life. Redirect trouble pages, and so does the risk to lose
clicks; that reports are late never does. Each name leads to its runbook. A budget burns _n_ times too fast when it would last an _n_-th of its
window; it has to in the last twelfth of that time too, so that the alert ends soon after the fault ([the objectives](slo.md)).`

function rowOf({ name, severity, when, lasting, why }: Alert): string[] {
  const held = lasting === undefined ? '' : `; for ${inWords(lasting)}`
  return [runbook(name), severity, `${when}${held}`, why]
}

function burnRowOf(slo: Slo): string[] {
  const rates = (severity: 'page' | 'ticket') =>
    burnRates
      .filter((rate) => !slo.pageable || rate.severity === severity)
      .map(({ factor, long }) => `${factor} times too fast for ${inWords(long)}`)
      .join(', or ')
  const when = slo.pageable
    ? `its budget burns: page ${rates('page')}; ticket ${rates('ticket')}`
    : `its budget burns ${rates('ticket')}`
  const severity = slo.pageable ? 'page, ticket' : 'ticket'
  return [runbook(burnAlertName(slo)), severity, when, `${slo.title}: ${percent(slo.objective)}.`]
}

function runbook(name: string): string {
  return `[${name}](runbooks/${name}.md)`
}

/** `5m` as `5 min`. */
function inWords(duration: string): string {
  const units: Readonly<Record<string, string>> = { s: 's', m: 'min', h: 'h', d: 'd' }
  return duration.replaceAll(
    /(\d+)([smhd])/gu,
    (_all, count: string, unit: string) => `${count} ${units[unit]}`,
  )
}
