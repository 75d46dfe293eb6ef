// What we promise, as data: the only place where an objective or a threshold is written. Buckets, recording rules, alerts,
// dashboards, canary analysis and load tests follow from here.

/** How good and bad are told apart. Matchers are Prometheus' own, without braces. */
export type Sli =
  /** Requests: the bad ones of all. */
  | {
      readonly kind: 'requests'
      readonly counter: string
      readonly bad: string
      /** Which requests count at all; every one if absent. */
      readonly valid?: string
    }
  /** Requests, clicks or edits: those that took longer than the threshold. */
  | {
      readonly kind: 'latency'
      readonly histogram: string
      readonly thresholdSeconds: number
    }
  /** Visits of a monitor from outside: those that failed. */
  | { readonly kind: 'probe'; readonly gauge: string; readonly matching: string }
  /** The time in which a number is not 0. */
  | { readonly kind: 'zero'; readonly gauge: string }

export interface Slo {
  /** kebab-case; begins alert names too. */
  readonly id: string
  readonly title: string
  readonly service: 'redirect' | 'link-write' | 'analytics'
  /** `critical`: visitors see it at once. */
  readonly tier: 'critical' | 'internal'
  /** Share that is good, below 1. */
  readonly objective: number
  readonly windowDays: number
  readonly sli: Sli
  /** Whether somebody may be woken for it; otherwise it is a ticket. */
  readonly pageable: boolean
  /** Of its burn-rate alerts, in `docs/runbooks`. */
  readonly runbook: string
  /** Grafana's uid. */
  readonly dashboard: string
}

const windowDays = 30
const redirect = {
  service: 'redirect',
  tier: 'critical',
  windowDays,
  dashboard: 'redirect',
} as const
const linkWrite = {
  service: 'link-write',
  tier: 'internal',
  windowDays,
  dashboard: 'link-write',
} as const
const analytics = {
  service: 'analytics',
  tier: 'internal',
  windowDays,
  dashboard: 'analytics',
} as const

export const slos = {
  redirectAvailability: {
    ...redirect,
    id: 'redirect-availability',
    title: 'Redirects are answered',
    objective: 0.9999,
    // Outside of it: 429 to a scan, and 503 where the primary does not say whether a limited link may be followed.
    sli: {
      kind: 'requests',
      counter: 'redirect_requests_total',
      bad: 'outcome=~"unavailable|shed|error"',
      valid: 'outcome!~"limited|unclaimed"',
    },
    pageable: true,
    runbook: 'RedirectAvailabilityBurn',
  },
  redirectReachability: {
    ...redirect,
    id: 'redirect-reachability',
    title: 'Redirects are answered, as seen from outside',
    objective: 0.9999,
    // A service that is gone reports no errors.
    sli: { kind: 'probe', gauge: 'probe_success', matching: 'job="redirect-probe"' },
    pageable: true,
    runbook: 'RedirectReachabilityBurn',
  },
  redirectLatency: {
    ...redirect,
    id: 'redirect-latency',
    title: 'Redirects are instant',
    objective: 0.99,
    sli: { kind: 'latency', histogram: 'redirect_duration_seconds', thresholdSeconds: 0.05 },
    pageable: true,
    runbook: 'RedirectLatencyBurn',
  },
  editPropagation: {
    ...redirect,
    id: 'edit-propagation',
    title: 'Edits are live everywhere',
    objective: 0.99,
    sli: {
      kind: 'latency',
      histogram: 'redirect_change_feed_delay_seconds',
      thresholdSeconds: 0.3,
    },
    pageable: false,
    runbook: 'EditPropagationBurn',
  },
  linkWriteAvailability: {
    ...linkWrite,
    id: 'link-write-availability',
    title: 'Links can be written',
    objective: 0.999,
    sli: { kind: 'requests', counter: 'link_write_requests_total', bad: 'status=~"5.."' },
    pageable: true,
    runbook: 'LinkWriteAvailabilityBurn',
  },
  linkWriteLatency: {
    ...linkWrite,
    id: 'link-write-latency',
    title: 'Links are written fast',
    objective: 0.99,
    sli: { kind: 'latency', histogram: 'link_write_duration_seconds', thresholdSeconds: 0.2 },
    pageable: false,
    runbook: 'LinkWriteLatencyBurn',
  },
  analyticsAvailability: {
    ...analytics,
    id: 'analytics-availability',
    title: 'Reports are answered',
    objective: 0.999,
    sli: { kind: 'requests', counter: 'analytics_requests_total', bad: 'status=~"5.."' },
    pageable: false,
    runbook: 'AnalyticsAvailabilityBurn',
  },
  analyticsLatency: {
    ...analytics,
    id: 'analytics-latency',
    title: 'Reports are answered in time',
    objective: 0.99,
    sli: { kind: 'latency', histogram: 'analytics_duration_seconds', thresholdSeconds: 5 },
    pageable: false,
    runbook: 'AnalyticsLatencyBurn',
  },
  clickFreshness: {
    ...analytics,
    id: 'click-freshness',
    title: 'Clicks are in reports within seconds',
    objective: 0.99,
    sli: { kind: 'latency', histogram: 'analytics_click_delay_seconds', thresholdSeconds: 5 },
    pageable: false,
    runbook: 'ClickFreshnessBurn',
  },
  countCompleteness: {
    ...analytics,
    id: 'count-completeness',
    title: 'Every click is counted, and once',
    objective: 0.999,
    sli: { kind: 'zero', gauge: 'analytics_ledger_difference' },
    pageable: false,
    runbook: 'CountCompletenessBurn',
  },
} as const satisfies Record<string, Slo>

/** From here on a slow redirect is worth an alert of its own. */
export const slowRedirectSeconds = 0.2

/** Google's SRE workbook, chapter 5, for a window of 30 days, as Sloth ships it. */
export const burnRates = [
  { severity: 'page', factor: 14.4, long: '1h', short: '5m' },
  { severity: 'page', factor: 6, long: '6h', short: '30m' },
  { severity: 'ticket', factor: 3, long: '1d', short: '2h' },
  { severity: 'ticket', factor: 1, long: '3d', short: '6h' },
] as const

/** Fewer bad events than this in the long window are chance, not a fault: one failed request a night wakes nobody. */
export const leastBadEvents = 10

/**
 * How a release is judged that one process runs, at a hundredth of the traffic, before all do. Shares of bad requests follow
 * from the SLOs.
 */
export const canary = {
  share: 0.01,
  /** From when it serves until it is decided; also the window that is judged. */
  watched: '5m',
  /** Of fewer requests 1 % that fail may not show at all (rule of three), and nothing is decided. */
  leastRequests: 300,
  /** It is looked at so often in the meantime, and ended early when it looks bad so many times in a row. */
  look: '30s',
  badLooks: 2,
  /** Fewer bad requests than this are chance as long as it is watched. */
  leastBad: 5,
  /** A link that is not found is a good answer, unless one release says so and the other does not. */
  mostNotFoundAboveStable: 0.1,
} as const
