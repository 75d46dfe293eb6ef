import { slowRedirectSeconds } from '@sleepwell/contracts/slo'
import type { Dashboard } from '../dashboard.ts'
import { budgets, everySlo, quantiles, saturation } from './panels.ts'

export const redirect: Dashboard = {
  uid: 'redirect',
  title: 'Sleepwell / Redirect',
  rows: [
    budgets(everySlo.filter(({ service }) => service === 'redirect')),
    {
      title: 'Latency, traffic, errors',
      panels: [
        {
          title: 'Latency',
          kind: 'lines',
          unit: 's',
          threshold: slowRedirectSeconds,
          queries: quantiles('redirect_duration_seconds'),
        },
        {
          title: 'Visits',
          description: 'Beside them what is usual at this time of the week.',
          kind: 'lines',
          unit: 'reqps',
          queries: [
            { expr: 'redirect:visits:rate5m', legend: 'now' },
            { expr: 'redirect:visits:usual', legend: 'usual' },
          ],
        },
        {
          title: 'Outcomes',
          kind: 'lines',
          unit: 'reqps',
          queries: [
            {
              expr: 'sum by (outcome) (rate(redirect_requests_total[5m])) > 0',
              legend: '{{outcome}}',
            },
          ],
        },
      ],
    },
    {
      title: 'What it knows',
      panels: [
        {
          title: 'Found in',
          description: 'Of all reads that found the link, the share of each tier.',
          kind: 'lines',
          unit: 'percentunit',
          queries: [
            {
              expr: 'sum by (tier) (rate(redirect_link_reads_total{result="hit"}[5m])) / on () group_left sum(rate(redirect_link_reads_total{result="hit"}[5m]))',
              legend: '{{tier}}',
            },
          ],
        },
        {
          title: 'Links in memory',
          kind: 'lines',
          unit: 'short',
          queries: [{ expr: 'redirect_cached_links', legend: '{{instance}}' }],
        },
        {
          title: 'Age of the change feed',
          description: 'Edits are not seen while it grows.',
          kind: 'lines',
          unit: 's',
          threshold: 30,
          queries: [{ expr: 'redirect_change_feed_age_seconds', legend: '{{instance}}' }],
        },
        {
          title: 'Edits, until they are live',
          kind: 'lines',
          unit: 's',
          queries: quantiles('redirect_change_feed_delay_seconds'),
        },
        {
          title: 'Requests wait to be read',
          description: 'From 20 ms on nothing is loaded, from 50 ms on links are shed too.',
          kind: 'lines',
          unit: 's',
          threshold: 0.02,
          queries: [{ expr: 'redirect_standing_delay_seconds', legend: '{{instance}}' }],
        },
        {
          title: 'Snapshot for a restart',
          kind: 'lines',
          unit: 's',
          queries: [{ expr: 'redirect_snapshot_age_seconds', legend: '{{instance}}' }],
        },
      ],
    },
    saturation('redirect'),
  ],
}
