import type { Dashboard } from '../dashboard.ts'
import { budgets, everySlo, quantiles, saturation } from './panels.ts'

export function api(service: 'link-write' | 'analytics', prefix: string): Dashboard {
  return {
    uid: service,
    title: service === 'analytics' ? 'Sleepwell / Analytics' : 'Sleepwell / Link writes',
    rows: [
      budgets(everySlo.filter((slo) => slo.service === service)),
      {
        title: 'Latency, traffic, errors',
        panels: [
          {
            title: 'Latency',
            kind: 'lines',
            unit: 's',
            queries: quantiles(`${prefix}_duration_seconds`),
          },
          {
            title: 'Calls',
            kind: 'lines',
            unit: 'reqps',
            queries: [
              {
                expr: `sum by (route) (rate(${prefix}_requests_total[5m])) > 0`,
                legend: '{{route}}',
              },
            ],
          },
          {
            title: 'Errors',
            kind: 'lines',
            unit: 'reqps',
            queries: [
              {
                expr: `sum by (route, status) (rate(${prefix}_requests_total{status=~"5.."}[5m])) > 0`,
                legend: '{{status}} {{route}}',
              },
            ],
          },
        ],
      },
      saturation(service),
    ],
  }
}
