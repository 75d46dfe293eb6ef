import type { Dashboard } from '../dashboard.ts'
import { budgets, everySlo } from './panels.ts'

export const overview: Dashboard = {
  uid: 'slo',
  title: 'Sleepwell / SLOs',
  rows: [
    budgets(everySlo),
    {
      title: 'Burn rate',
      panels: [
        {
          title: 'How fast the budget burns',
          description:
            '1: it will just last. 14.4 for an hour is a page, 6 for six hours too. From the share of bad events in five minutes.',
          kind: 'lines',
          unit: 'short',
          threshold: 14.4,
          width: 24,
          queries: [{ expr: 'slo:current_burn_rate:ratio', legend: '{{slo}}' }],
        },
        {
          title: 'Over the whole window',
          kind: 'lines',
          unit: 'short',
          threshold: 1,
          width: 24,
          queries: [{ expr: 'slo:period_burn_rate:ratio', legend: '{{slo}}' }],
        },
      ],
    },
    {
      title: 'Alerts',
      panels: [
        {
          title: 'Firing',
          kind: 'table',
          unit: 'none',
          width: 24,
          queries: [{ expr: 'ALERTS{alertstate="firing", alertname!="Watchdog"}' }],
        },
      ],
    },
  ],
}
