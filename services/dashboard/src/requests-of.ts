import type { ServiceName } from './reliability.ts'

export interface Observed {
  /** Counts each answer. */
  readonly counter: string
  /** Matchers of those that count as failed, and of those that count at all. */
  readonly bad: string
  readonly valid?: string
  readonly histogram: string
}

const api = { bad: 'status=~"5.."' }

/** What each service counts of its requests. */
export const observed: Readonly<Record<ServiceName, Observed>> = {
  redirect: {
    counter: 'redirect_requests_total',
    bad: 'outcome=~"unavailable|shed|error"',
    valid: 'outcome!~"limited|unclaimed"',
    histogram: 'redirect_duration_seconds',
  },
  'link-write': {
    counter: 'link_write_requests_total',
    histogram: 'link_write_duration_seconds',
    ...api,
  },
  analytics: {
    counter: 'analytics_requests_total',
    histogram: 'analytics_duration_seconds',
    ...api,
  },
  dashboard: {
    counter: 'dashboard_requests_total',
    histogram: 'dashboard_duration_seconds',
    ...api,
  },
}
