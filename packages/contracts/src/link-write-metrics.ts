import type { Metric } from './metric.ts'
import { slos } from './slo.ts'

/** What link-write reports of itself. */
export const linkWriteMetrics = {
  link_write_requests_total: {
    kind: 'counter',
    unit: '1',
    description: 'API requests answered. Availability SLI: 1 - (5xx / total).',
    attributes: ['route', 'status'],
  },
  link_write_duration_seconds: {
    kind: 'histogram',
    unit: 's',
    description:
      'From the request head to the answer. Latency SLI: share at or below the threshold.',
    attributes: ['route'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, slos.linkWriteLatency.sli.thresholdSeconds, 0.5, 1, 5],
  },
  link_write_blocklist_entries: {
    kind: 'gauge',
    unit: '1',
    description: 'Entries of the blocklist in force; 0 where there is none yet.',
    attributes: [],
  },
  link_write_blocklist_refused: {
    kind: 'gauge',
    unit: '1',
    description:
      '1 while the blocklist on disk is broken, cut short, too large or gone, and the one before stays in force.',
    attributes: [],
  },
  link_write_blocklist_loads_total: {
    kind: 'counter',
    unit: '1',
    description: 'Looks at a blocklist that has changed: loaded, refused.',
    attributes: ['outcome'],
  },
} as const satisfies Record<string, Metric>
