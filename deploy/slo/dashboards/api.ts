import type { Dashboard } from '../dashboard.ts'
import { budgets, everySlo, quantiles, saturation } from './panels.ts'

const titles = {
  'link-write': 'Sleepwell / Link writes',
  analytics: 'Sleepwell / Analytics',
  dashboard: 'Sleepwell / Dashboard',
}

export function api(service: keyof typeof titles, prefix: string): Dashboard {
  const own = everySlo.filter((slo) => slo.service === service)
  return {
    uid: service,
    title: titles[service],
    rows: [
      // The dashboard has no objective: nobody who follows a link waits for it.
      ...(own.length === 0 ? [] : [budgets(own)]),
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
