import type { Dashboard } from '../dashboard.ts'

export const dependencies: Dashboard = {
  uid: 'dependencies',
  title: 'Sleepwell / Dependencies',
  rows: [
    {
      title: 'As our services see them',
      panels: [
        {
          title: 'Breakers',
          description: '0: asked. 1: tried. 2: spared, as it did not answer.',
          kind: 'lines',
          unit: 'none',
          queries: [
            {
              expr: 'max by (job, dependency) (dependency_breaker_state)',
              legend: '{{job}} {{dependency}}',
            },
          ],
        },
        {
          title: 'Reads that failed',
          kind: 'lines',
          unit: 'reqps',
          queries: [
            {
              expr: 'sum by (tier) (rate(redirect_link_reads_total{result="failed"}[5m]))',
              legend: '{{tier}}',
            },
          ],
        },
        {
          title: 'Connections',
          kind: 'lines',
          unit: 'short',
          queries: [
            {
              expr: 'sum by (job, server, state) (database_connections)',
              legend: '{{job}} {{server}} {{state}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Engines',
      panels: [
        {
          title: 'Replica lag',
          kind: 'lines',
          unit: 's',
          threshold: 30,
          queries: [{ expr: 'max(redirect_replica_lag_seconds)', legend: 'furthest behind' }],
        },
        {
          title: 'Redis memory',
          kind: 'lines',
          unit: 'percentunit',
          threshold: 0.8,
          queries: [
            {
              expr: 'redis_memory_used_bytes / (redis_memory_max_bytes > 0)',
              legend: '{{instance}}',
            },
          ],
        },
        {
          title: 'Redis evictions',
          kind: 'lines',
          unit: 'reqps',
          queries: [{ expr: 'rate(redis_evicted_keys_total[5m])', legend: '{{instance}}' }],
        },
        {
          title: 'Postgres connections',
          kind: 'lines',
          unit: 'percentunit',
          threshold: 0.8,
          queries: [
            {
              expr: 'sum by (instance) (pg_stat_activity_count) / on (instance) pg_settings_max_connections',
              legend: '{{instance}}',
            },
          ],
        },
        {
          title: 'Backups',
          description: 'Since the newest base backup, and since WAL was last archived.',
          kind: 'lines',
          unit: 's',
          queries: [
            {
              expr: 'min by (database) (database_backup_age_seconds)',
              legend: '{{database}}, base backup',
            },
            {
              expr: 'min by (database) (database_archive_age_seconds)',
              legend: '{{database}}, WAL',
            },
          ],
        },
        {
          title: 'Targets',
          kind: 'table',
          unit: 'none',
          queries: [{ expr: 'up' }],
        },
      ],
    },
  ],
}
