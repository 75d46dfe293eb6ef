import type { Metric } from './metric.ts'

/** What the dashboard's server reports of itself. */
export const dashboardMetrics = {
  dashboard_requests_total: {
    kind: 'counter',
    unit: '1',
    description:
      'Requests answered; of the page and its files as `none`, of an API as what was passed on.',
    attributes: ['route', 'status'],
  },
  dashboard_duration_seconds: {
    kind: 'histogram',
    unit: 's',
    description: 'From the request head to the answer, without streams.',
    attributes: ['route'],
    buckets: [0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  },
  dashboard_sign_ins_total: {
    kind: 'counter',
    unit: '1',
    description: 'Attempts to sign in: accepted, refused, limited, unavailable.',
    attributes: ['outcome'],
  },
  dashboard_streams: {
    kind: 'gauge',
    unit: '1',
    description: 'Answers of an API that are being passed on.',
    attributes: [],
  },
} as const satisfies Record<string, Metric>
