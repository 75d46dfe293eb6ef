// For each SLO the records that Sloth makes, by its names, so that its dashboards work; and alerts when the error budget
// burns so fast that it will not last.
import { burnRates, leastBadEvents, type Slo } from '@sleepwell/contracts/slo'
import type { Duration } from './duration.ts'
import type { AlertRule, RecordRule, RuleGroup } from './rule-file.ts'
import { queryOf } from './sli-query.ts'

const windows = ['5m', '30m', '1h', '2h', '6h', '1d', '3d'] as const

export function burnRateRules(slo: Slo, d: Duration): RuleGroup[] {
  return [
    { name: `slo-${slo.id}-sli`, rules: sliRecords(slo, d) },
    { name: `slo-${slo.id}-meta`, rules: metaRecords(slo) },
    { name: `slo-${slo.id}-alerts`, rules: burnAlerts(slo, d) },
  ]
}

export function burnAlertName({ id }: Pick<Slo, 'id'>): string {
  return `${id.replaceAll(/(?:^|-)(\w)/gu, (_all, letter: string) => letter.toUpperCase())}Burn`
}

function labelsOf({ id, service, tier }: Slo) {
  return {
    sloth_id: `sleepwell-${id}`,
    sloth_service: service,
    sloth_slo: id,
    service,
    slo: id,
    tier,
  }
}

function sliRecords(slo: Slo, d: Duration): RecordRule[] {
  const query = queryOf(slo)
  const labels = labelsOf(slo)
  const short = windows.map((window) => ({
    record: ratio(window),
    expr: query.errorRatio(d(window)),
    labels: { ...labels, sloth_window: window },
  }))
  const period = `${slo.windowDays}d`
  const rates = query.rates(d('5m'))
  // Weighted by events: a quiet night counts less than a busy minute, as it does for visitors.
  const weighted =
    rates === undefined
      ? []
      : [
          { record: 'slo:sli_bad:rate5m', expr: rates.bad, labels },
          { record: 'slo:sli_all:rate5m', expr: rates.all, labels },
        ]
  const self = `{slo="${slo.id}"}`
  const over =
    rates === undefined
      ? `avg_over_time(${ratio('5m')}${self}[${d(period)}])`
      : `sum_over_time(slo:sli_bad:rate5m${self}[${d(period)}]) / (sum_over_time(slo:sli_all:rate5m${self}[${d(period)}]) > 0)`
  return [
    ...(query.record === undefined ? [] : [{ ...query.record, labels }]),
    ...short,
    ...weighted,
    { record: ratio(period), expr: over, labels: { ...labels, sloth_window: period } },
  ]
}

function ratio(window: string): string {
  return `slo:sli_error:ratio_rate${window}`
}

function metaRecords(slo: Slo): RecordRule[] {
  const labels = labelsOf(slo)
  const self = `{slo="${slo.id}"}`
  const [objective, period] = [String(slo.objective), `${slo.windowDays}d`]
  const burn = (window: string) =>
    `${ratio(window)}${self} / on (slo) group_left slo:error_budget:ratio${self}`
  return [
    { record: 'slo:objective:ratio', expr: `vector(${objective})`, labels },
    { record: 'slo:error_budget:ratio', expr: `vector(1 - ${objective})`, labels },
    { record: 'slo:time_period:days', expr: `vector(${slo.windowDays})`, labels },
    { record: 'slo:current_burn_rate:ratio', expr: burn('5m'), labels },
    { record: 'slo:period_burn_rate:ratio', expr: burn(period), labels },
    {
      record: 'slo:period_error_budget_remaining:ratio',
      expr: `1 - slo:period_burn_rate:ratio${self}`,
      labels,
    },
    {
      record: 'sloth_slo_info',
      expr: 'vector(1)',
      labels: { ...labels, sloth_objective: String(slo.objective * 100), sloth_mode: 'sleepwell' },
    },
  ]
}

function burnAlerts(slo: Slo, d: Duration): AlertRule[] {
  const severities = slo.pageable ? (['page', 'ticket'] as const) : (['ticket'] as const)
  return severities.map((severity) => {
    const pairs = burnRates.filter((rate) => !slo.pageable || rate.severity === severity)
    return {
      alert: burnAlertName(slo),
      expr: pairs.map((pair) => `(\n${burning(slo, pair, d)}\n)`).join('\nor\n'),
      labels: { ...labelsOf(slo), severity },
      annotations: {
        summary: `${slo.title}: the error budget of ${slo.windowDays} days burns too fast`,
        description: `{{ $value | humanizePercentage }} of events are bad; ${percent(1 - slo.objective)} may be.`,
        runbook: `docs/runbooks/${slo.runbook}.md`,
        dashboard: slo.dashboard,
      },
    }
  })
}

function burning(
  slo: Slo,
  { factor, long, short }: (typeof burnRates)[number],
  d: Duration,
): string {
  // Without the window that each record names: it would be another alert when the other pair takes over.
  const tooMany = (window: string) =>
    `max without (sloth_window) (${ratio(window)}{slo="${slo.id}"}) > ${factor} * ${Number((1 - slo.objective).toFixed(6))}`
  const bad = queryOf(slo).badEvents(d(long))
  // The short window lets it end soon after the fault has.
  return [
    `  ${tooMany(short)}`,
    `  and ${tooMany(long)}`,
    ...(bad === undefined ? [] : [`  and on () ${bad} > ${leastBadEvents}`]),
  ].join('\n')
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(4))} %`
}
