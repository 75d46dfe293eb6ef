// What several dashboards show.
import { slos, type Slo } from '@sleepwell/contracts/slo'
import type { Panel, Row } from '../dashboard.ts'

export const everySlo: readonly Slo[] = Object.values(slos)

/** Quantiles are for looking only: alerts count. */
export function quantiles(histogram: string, by = ''): Panel['queries'] {
  const of = by === '' ? 'le' : `le, ${by}`
  return [0.5, 0.99].map((q) => ({
    expr: `histogram_quantile(${q}, sum by (${of}) (rate(${histogram}_bucket[5m])))`,
    legend: by === '' ? `p${q * 100}` : `p${q * 100} {{${by}}}`,
  }))
}

export function budgets(of: readonly Slo[]): Row {
  return {
    title: 'Error budget',
    panels: of.map((slo) => ({
      title: slo.title,
      description: `${slo.objective * 100} % over ${slo.windowDays} days. What is left of the part that may be bad.`,
      kind: 'number',
      unit: 'percentunit',
      goodFrom: 0,
      queries: [{ expr: `slo:period_error_budget_remaining:ratio{slo="${slo.id}"}` }],
      width: 6,
    })),
  }
}

export function saturation(job: string): Row {
  return {
    title: 'Saturation',
    panels: [
      {
        title: 'Event loop',
        description: 'One thread answers everybody: from 80 % on requests begin to wait.',
        kind: 'lines',
        unit: 'percentunit',
        threshold: 0.8,
        queries: [
          {
            expr: `rate(process_event_loop_busy_seconds_total{job="${job}"}[5m])`,
            legend: '{{instance}}',
          },
        ],
      },
      {
        title: 'Event loop delay, p99',
        kind: 'lines',
        unit: 's',
        queries: [
          { expr: `process_event_loop_delay_seconds{job="${job}"}`, legend: '{{instance}}' },
        ],
      },
      {
        title: 'Processor',
        description: 'Of the processors that it may use.',
        kind: 'lines',
        unit: 'percentunit',
        queries: [
          {
            expr: `rate(process_cpu_seconds_total{job="${job}"}[5m]) / process_cpu_limit_cores{job="${job}"}`,
            legend: '{{instance}}',
          },
        ],
      },
      {
        title: 'Memory',
        kind: 'lines',
        unit: 'bytes',
        queries: [
          { expr: `process_memory_resident_bytes{job="${job}"}`, legend: '{{instance}} resident' },
          { expr: `process_heap_used_bytes{job="${job}"}`, legend: '{{instance}} heap' },
        ],
      },
      {
        title: 'Garbage collection',
        kind: 'lines',
        unit: 'percentunit',
        queries: [
          {
            expr: `sum by (instance) (rate(process_gc_seconds_total{job="${job}"}[5m]))`,
            legend: '{{instance}}',
          },
        ],
      },
    ],
  }
}
