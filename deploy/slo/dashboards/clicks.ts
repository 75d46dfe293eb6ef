import { slos } from '@sleepwell/contracts/slo'
import type { Dashboard } from '../dashboard.ts'
import { quantiles } from './panels.ts'

export const clicks: Dashboard = {
  uid: 'clicks',
  title: 'Sleepwell / Clicks',
  rows: [
    {
      title: 'The ledger',
      panels: [
        {
          title: 'Difference',
          description: 'Clicks that were on the click log and are in no report. It must be 0.',
          kind: 'number',
          unit: 'short',
          threshold: 1,
          width: 6,
          queries: [{ expr: 'max(analytics_ledger_difference)' }],
        },
        {
          title: 'served = counted + in flight + dead-lettered + dropped + lost',
          kind: 'lines',
          unit: 'short',
          width: 18,
          queries: [{ expr: 'max by (account) (analytics_ledger_clicks)', legend: '{{account}}' }],
        },
      ],
    },
    {
      title: 'From redirect to the click log',
      panels: [
        {
          title: 'Kept',
          kind: 'lines',
          unit: 'reqps',
          queries: [
            { expr: 'sum by (kept) (rate(redirect_clicks_total[5m]))', legend: '{{kept}}' },
          ],
        },
        {
          title: 'Oldest click on a spool',
          kind: 'lines',
          unit: 's',
          queries: [{ expr: 'redirect_spool_age_seconds', legend: '{{instance}}' }],
        },
        {
          title: 'Spool, full',
          kind: 'lines',
          unit: 'percentunit',
          threshold: 0.5,
          queries: [
            {
              expr: 'redirect_spool_bytes / redirect_spool_limit_bytes',
              legend: '{{instance}}',
            },
          ],
        },
      ],
    },
    {
      title: 'From the click log to the reports',
      panels: [
        {
          title: 'Until a click is in reports',
          kind: 'lines',
          unit: 's',
          threshold: slos.clickFreshness.sli.thresholdSeconds,
          queries: quantiles('analytics_click_delay_seconds'),
        },
        {
          title: 'Reports are behind',
          description: 'Grows while nothing is finished, which a histogram cannot see.',
          kind: 'lines',
          unit: 's',
          queries: [{ expr: 'min(analytics_oldest_unprocessed_seconds)', legend: 'behind' }],
        },
        {
          title: 'Records waiting',
          description:
            'On the click log and not in the reports, by partition; grows where nobody reads.',
          kind: 'lines',
          unit: 'short',
          queries: [
            {
              expr: 'max by (log, partition) (analytics_partition_lag_records)',
              legend: '{{log}} {{partition}}',
            },
          ],
        },
        {
          title: 'Records',
          kind: 'lines',
          unit: 'reqps',
          queries: [
            { expr: 'sum by (outcome) (rate(analytics_records_total[5m]))', legend: '{{outcome}}' },
          ],
        },
      ],
    },
  ],
}
