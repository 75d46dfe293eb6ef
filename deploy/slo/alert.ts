import type { Duration } from './duration.ts'
import type { AlertRule, RecordRule } from './rule-file.ts'

/** `page` wakes somebody; `ticket` is for office hours; `none` is a sign of life. */
export type Severity = 'page' | 'ticket' | 'none'

export interface Alert {
  /** Of the runbook too: `docs/runbooks/<name>.md`. */
  readonly name: string
  readonly severity: Severity
  readonly service: 'redirect' | 'link-write' | 'analytics' | 'platform'
  /** The same as `expr` in words, for the catalogue. */
  readonly when: string
  /** PromQL; every duration through `d`. */
  readonly expr: (d: Duration) => string
  /** How long it must hold. */
  readonly lasting?: string
  /** One line for whoever was woken; may use Prometheus' templates. */
  readonly summary: string
  /** Why it exists: one line for the catalogue. */
  readonly why: string
  /** Grafana's uid. */
  readonly dashboard: string
}

/** Records that alerts read, by the rules of Prometheus: `level:metric:operation`. */
export interface AlertRecord {
  readonly record: string
  readonly expr: (d: Duration) => string
}

export function alertRule(alert: Alert, d: Duration): AlertRule {
  const { name, severity, service, lasting } = alert
  return {
    alert: name,
    expr: alert.expr(d),
    ...(lasting !== undefined && { for: d(lasting) }),
    labels: { severity, service },
    annotations: {
      summary: alert.summary,
      description: alert.why,
      runbook: `docs/runbooks/${name}.md`,
      dashboard: alert.dashboard,
    },
  }
}

/**
 * PromQL: the sum of a counter has grown by more than that. A counter that is first seen above 0 has grown too, which
 * `increase` does not know: what happens as a process starts is counted before it is scraped.
 */
export function grewBeyond(limit: number, by: string, counter: string, window: string): string {
  return `${by} (increase(${counter}[${window}])) > ${limit}
or ${by} (${counter} unless ${counter} offset ${window}) > ${limit}`
}

export function recordRule({ record, expr }: AlertRecord, d: Duration): RecordRule {
  return { record, expr: expr(d) }
}
