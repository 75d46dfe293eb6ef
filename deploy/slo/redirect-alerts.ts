// What visitors would notice, or soon will. Whatever pages here is about redirects themselves, or about clicks that can be lost.
import { slowRedirectSeconds } from '@sleepwell/contracts/slo'
import { type Alert, type AlertRecord, grewBeyond } from './alert.ts'
import { bucket } from './sli-query.ts'

const of = { service: 'redirect', dashboard: 'redirect' } as const
const clicks = { service: 'redirect', dashboard: 'clicks' } as const

const duration = 'redirect_duration_seconds'
const bad = 'redirect_requests_total{outcome=~"unavailable|shed|error"}'
const valid = 'redirect_requests_total{outcome!~"limited|unclaimed"}'
/** Visitors: monitors come however few people do. */
const visits = 'redirect_requests_total{outcome!="probe"}'

/** Below it a share says nothing: one slow request of fifty is 2 %. */
const leastRequests = 100
/** Redirects a second from which on silence is suspicious, and below which ten times as many is nothing. */
const busyPerSecond = 0.5

export const redirectRecords: readonly AlertRecord[] = [
  { record: 'redirect:visits:rate5m', expr: (d) => `sum(rate(${visits}[${d('5m')}]))` },
  {
    // Of the hour around the same time of three earlier weeks, the middle one: a campaign in one of them is not the rule.
    record: 'redirect:visits:usual',
    expr: (d) => `quantile(0.5,
  label_replace(avg_over_time(redirect:visits:rate5m[${d('1h')}] offset ${d('167h30m')}), "week", "1", "", "")
  or label_replace(avg_over_time(redirect:visits:rate5m[${d('1h')}] offset ${d('335h30m')}), "week", "2", "", "")
  or label_replace(avg_over_time(redirect:visits:rate5m[${d('1h')}] offset ${d('503h30m')}), "week", "3", "", ""))
or avg_over_time(redirect:visits:rate5m[${d('1h')}] offset ${d('10m')})`,
  },
]

export const redirectAlerts: readonly Alert[] = [
  {
    ...of,
    name: 'RedirectSlow',
    severity: 'page',
    when: 'more than 1 % of redirects take longer than 200 ms, of more than 100 in 5 min',
    // Of a quantile Prometheus only knows between which bounds it lies; this is exact.
    expr: (d) => `(
  1 - sum(rate(${bucket(duration, slowRedirectSeconds)}[${d('1m')}])) / sum(rate(${duration}_count[${d('1m')}]))
) > 0.01
and on () sum(increase(${duration}_count[${d('5m')}])) > ${leastRequests}`,
    lasting: '5m',
    summary:
      'The slowest 1 % of redirects take longer than 200 ms: {{ $value | humanizePercentage }} do',
    why: 'p99 above 200 ms for 5 minutes: visitors wait.',
  },
  {
    ...of,
    name: 'RedirectErrors',
    severity: 'page',
    when: 'more than 1 % of redirects in 5 min are answered 503 or 500, of more than 100',
    expr: (d) => `sum(rate(${bad}[${d('5m')}])) / sum(rate(${valid}[${d('5m')}])) > 0.01
and on () sum(increase(${valid}[${d('5m')}])) > ${leastRequests}`,
    lasting: '1m',
    summary: '{{ $value | humanizePercentage }} of redirects fail',
    why: 'More than 1 % of redirects are answered 503 or 500.',
  },
  {
    ...of,
    name: 'RedirectTrafficCeased',
    severity: 'page',
    when: 'no visit in 2 min, where there was one in 2 s in the last hour or usually is at this time of the week',
    // Also by earlier weeks: the last hour soon is as silent as now.
    expr: (d) => `sum(rate(${visits}[${d('2m')}])) == 0
and (
  sum(rate(${visits}[${d('1h')}] offset ${d('10m')})) > ${busyPerSecond}
  or redirect:visits:usual > ${busyPerSecond}
)`,
    lasting: '2m',
    summary: 'Nobody follows a link any more',
    why: 'Visits dropped to zero where there were some: they do not reach us (DNS, certificate, load balancer).',
  },
  {
    ...of,
    name: 'RedirectTrafficAbsent',
    severity: 'page',
    when: 'no redirect process reports',
    expr: () => 'absent(redirect_requests_total)',
    lasting: '2m',
    summary: 'No redirect process reports anything',
    why: 'Nothing is known of redirects: every process is gone, or Prometheus does not reach them.',
  },
  {
    ...of,
    name: 'RedirectTrafficSpike',
    severity: 'ticket',
    when: 'ten times as many visits in 5 min as in the middle one of the last three weeks at this time, and 5 a second at least',
    expr: () => `redirect:visits:rate5m > 10 * clamp_min(redirect:visits:usual, ${busyPerSecond})`,
    lasting: '2m',
    summary:
      '{{ $value | humanize }} visits a second, ten times what is usual at this time of the week',
    why: 'Ten times the usual visits: a campaign, a scan or an attack. If redirects suffer, their own alerts page.',
  },
  {
    ...of,
    name: 'RedirectShedding',
    severity: 'page',
    when: 'more than one visitor a second is turned away',
    expr: (d) => `sum(rate(redirect_requests_total{outcome="shed"}[${d('5m')}])) > 1`,
    lasting: '2m',
    summary: '{{ $value | humanize }} visitors a second are turned away',
    why: 'Redirect is asked for more than it can do, and turns some away to serve the others.',
  },
  {
    ...of,
    name: 'RedirectChangeFeedOld',
    severity: 'ticket',
    when: 'a process has not read the changes of links for 30 s',
    expr: (d) => `redirect_change_feed_age_seconds > ${d.seconds('30s')}`,
    lasting: '1m',
    summary: 'redirect {{ $labels.instance }} has seen no edit for {{ $value | humanizeDuration }}',
    why: 'Edits are not seen. Redirects go on from memory and Redis.',
  },
  {
    ...of,
    name: 'RedirectChangeFeedNearStaleLimit',
    severity: 'page',
    when: 'what a process remembers is older than half of `STALE_LIMIT_HOURS`',
    expr: () => 'redirect_memory_age_seconds > 0.5 * redirect_stale_limit_seconds',
    lasting: '1m',
    summary:
      'redirect {{ $labels.instance }} will stop serving what it remembers: no links database for {{ $value | humanizeDuration }}',
    why: 'Half of the time for which links are served without any database has passed.',
  },
  {
    ...of,
    name: 'ReplicaLagging',
    severity: 'ticket',
    when: 'a replica of the links database is more than 30 s behind',
    expr: (d) => `max(redirect_replica_lag_seconds) > ${d.seconds('30s')}`,
    lasting: '5m',
    summary: 'A replica is {{ $value | humanizeDuration }} behind',
    why: 'A replica that lags is not read while another one answers; after a lost primary its lag would be lost edits.',
  },
  {
    ...clicks,
    name: 'SpoolOld',
    severity: 'ticket',
    when: 'clicks of a process have waited for the click log for 10 min',
    expr: (d) => `max by (instance) (redirect_spool_age_seconds) > ${d.seconds('10m')}`,
    lasting: '5m',
    summary: 'Clicks of {{ $labels.instance }} have waited for {{ $value | humanizeDuration }}',
    why: 'The click log does not take clicks. They are safe on disk, and reports stand still.',
  },
  {
    ...clicks,
    name: 'SpoolFilling',
    severity: 'page',
    when: 'the spool of a process is more than half full',
    expr: () => 'max by (instance) (redirect_spool_bytes / redirect_spool_limit_bytes) > 0.5',
    lasting: '1m',
    summary: 'The spool of {{ $labels.instance }} is {{ $value | humanizePercentage }} full',
    why: 'When the spool is full, clicks are dropped: data is about to be lost.',
  },
  {
    ...clicks,
    name: 'ClicksUndurable',
    severity: 'ticket',
    when: 'a process has answered more than 100 visitors in 10 min before their clicks were on disk',
    expr: (d) =>
      `sum by (instance) (increase(redirect_clicks_total{kept="undurable"}[${d('10m')}])) > ${leastRequests}`,
    summary:
      '{{ $labels.instance }} answered {{ $value | humanize }} visitors before their clicks were on disk',
    why: 'The disk of the spool stalls: a crash now would lose the clicks in memory.',
  },
  {
    ...clicks,
    name: 'ClicksDropped',
    severity: 'page',
    when: 'a click was dropped in the last 10 min',
    expr: (d) =>
      grewBeyond(0, 'sum by (instance)', 'redirect_clicks_total{kept="dropped"}', d('10m')),
    summary: '{{ $labels.instance }} has dropped {{ $value | humanize }} clicks',
    why: 'Clicks are being lost, by number: spool and memory are full.',
  },
]
