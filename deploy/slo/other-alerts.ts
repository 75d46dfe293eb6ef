// What is not about redirects: delay of reports never pages, at any hour; the risk to lose what they are made of does.
import { clicksTopicRetentionDays } from '@sleepwell/contracts/click'
import { type Alert, grewBeyond } from './alert.ts'
import { bucket } from './sli-query.ts'

const clicks = { service: 'analytics', dashboard: 'clicks' } as const
const retentionHours = clicksTopicRetentionDays * 24
const delay = 'analytics_click_delay_seconds'
/** A bound of its buckets: whoever counts older clicks than that is working a backlog off. */
const backlogSeconds = 300
const oldest = 'analytics_oldest_unprocessed_seconds'
const processes = { service: 'platform', dashboard: 'dependencies' } as const

export const linkWriteAlerts: readonly Alert[] = [
  {
    service: 'link-write',
    dashboard: 'link-write',
    name: 'LinkWriteErrors',
    severity: 'page',
    when: 'more than 1 % of calls in 5 min are answered 5xx, more than 10 of them',
    expr: (
      d,
    ) => `sum(rate(link_write_requests_total{status=~"5.."}[${d('5m')}])) / sum(rate(link_write_requests_total[${d('5m')}])) > 0.01
and on () sum(increase(link_write_requests_total{status=~"5.."}[${d('5m')}])) > 10`,
    lasting: '2m',
    summary: '{{ $value | humanizePercentage }} of writes fail',
    why: 'More than 1 % of calls to the link API are answered 5xx: nobody can make or change links.',
  },
  {
    service: 'link-write',
    dashboard: 'link-write',
    name: 'LinkWriteAbsent',
    severity: 'page',
    when: 'no link-write process reports',
    expr: () => 'absent(link_write_requests_total)',
    lasting: '5m',
    summary: 'No link-write process reports anything',
    why: 'A service that is gone reports no errors: every process is gone, or Prometheus does not reach them.',
  },
  {
    service: 'link-write',
    dashboard: 'link-write',
    name: 'BlocklistRefused',
    severity: 'ticket',
    when: 'the blocklist on disk has been refused for 15 min',
    expr: () => 'max by (instance) (link_write_blocklist_refused) == 1',
    lasting: '15m',
    summary: 'link-write {{ $labels.instance }} refuses the blocklist that it was given',
    why: 'It is broken, cut short, too large or gone. The one before stays in force, and nothing newer is blocked.',
  },
]

export const analyticsAlerts: readonly Alert[] = [
  {
    ...clicks,
    name: 'ConsumerStalled',
    severity: 'ticket',
    when: 'a partition of a process has not moved for 5 min',
    // Of each: one without partitions says 0, however the others are.
    expr: (d) => `max by (instance) (analytics_consumer_age_seconds) > ${d.seconds('5m')}`,
    lasting: '2m',
    summary:
      'analytics {{ $labels.instance }} has a partition that has not moved for {{ $value | humanizeDuration }}',
    why: 'Clicks of that partition are in no report. They are safe on the click log for days.',
  },
  {
    ...clicks,
    name: 'ReportsOld',
    severity: 'ticket',
    when: 'reports are more than 10 min behind',
    // A histogram sees finished work only; this grows while nothing is finished.
    expr: (d) => `min(${oldest}) > ${d.seconds('10m')}`,
    lasting: '5m',
    summary: 'Reports are {{ $value | humanizeDuration }} behind',
    why: 'Somewhere between redirect and the reports clicks wait.',
  },
  {
    ...clicks,
    name: 'AnalyticsAbsent',
    severity: 'ticket',
    when: 'no analytics process says how old reports are',
    expr: () => `absent(${oldest})`,
    lasting: '10m',
    summary: 'Nobody says how old reports are',
    why: 'Every analytics process is gone, or none can read its database. Clicks are safe on the click log for days.',
  },
  {
    ...clicks,
    name: 'ClicksNearRetention',
    severity: 'page',
    when: 'the oldest click that is not counted is older than 3.5 days, or nobody has said how old it is for so long',
    // Or nobody has said anything for so long, who did before.
    expr: (d) => {
      const half = `${retentionHours / 2}h`
      return `min(${oldest}) > ${d.seconds(half)}
or ${d.seconds(half)} * absent_over_time(${oldest}[${d(half)}])
  and on () group(redirect_requests_total offset ${d(half)})`
    },
    lasting: '5m',
    summary:
      'Clicks of {{ $value | humanizeDuration }} ago are not counted yet, and will soon be deleted',
    why: 'Half of the time for which the click log keeps clicks has passed: data is about to be lost.',
  },
  {
    ...clicks,
    name: 'LedgerDifference',
    severity: 'page',
    when: 'clicks were on the click log 10 min ago and were never counted, while no consumer is late',
    // Not while a consumer stands still or works a backlog off: then they are late, and delay pages nobody.
    expr: (d) => `max(analytics_ledger_difference) > 0
unless on () max(analytics_consumer_age_seconds) > ${d.seconds('1m')}
unless on () (
  1 - sum(rate(${bucket(delay, backlogSeconds)}[${d('5m')}])) / sum(rate(${delay}_count[${d('5m')}]))
) > 0.01`,
    lasting: '15m',
    summary: '{{ $value }} clicks were on the click log and are in no report',
    why: 'The books do not balance: clicks have vanished between the click log and the reports.',
  },
  {
    ...clicks,
    name: 'ClickLogGap',
    severity: 'page',
    when: 'analytics has found a gap in the log in the last 10 min, or that the log has lost its end',
    expr: (d) => grewBeyond(0, 'sum by (kind)', 'analytics_gaps_total', d('10m')),
    summary: 'The click log does not join what was read before: {{ $labels.kind }}',
    why: 'Records were deleted before they were counted, or the log has lost its end.',
  },
  {
    ...clicks,
    name: 'DeadLetters',
    severity: 'ticket',
    when: 'more than 10 records in an hour could not be counted',
    expr: (d) => grewBeyond(10, 'sum', 'analytics_records_total{outcome="dead_lettered"}', d('1h')),
    summary: '{{ $value | humanize }} records could not be counted in the last hour',
    why: 'Records that no version understands, or clicks outside of the time in which they can be counted.',
  },
]

/** Processes of ours, by the job that scrapes them. */
const ours = 'job=~"redirect|link-write|analytics|dashboard"'

export const platformAlerts: readonly Alert[] = [
  {
    ...processes,
    name: 'Watchdog',
    severity: 'none',
    when: 'always',
    expr: () => 'vector(1)',
    summary: 'Alerts are evaluated and delivered',
    why: 'Always there. Whoever misses it knows that no other alert can arrive.',
  },
  {
    ...processes,
    name: 'TargetDown',
    severity: 'ticket',
    when: 'a target does not answer',
    expr: () => 'up == 0',
    lasting: '2m',
    summary: '{{ $labels.job }} {{ $labels.instance }} does not answer Prometheus',
    why: 'A process is gone or hangs. The others go on; of all redirects together other alerts page.',
  },
  {
    ...processes,
    name: 'EventLoopSaturated',
    severity: 'ticket',
    when: 'a process is busy more than 80 % of 5 min',
    expr: (d) => `rate(process_event_loop_busy_seconds_total{${ours}}[${d('5m')}]) > 0.8`,
    lasting: '5m',
    summary:
      '{{ $labels.job }} {{ $labels.instance }} is busy {{ $value | humanizePercentage }} of the time',
    why: 'One thread answers everybody: from about 80 % on requests begin to wait.',
  },
  {
    ...processes,
    name: 'CpuSaturated',
    severity: 'ticket',
    when: 'a process uses more than 90 % of the processors that it may use, over 5 min',
    expr: (d) =>
      `rate(process_cpu_seconds_total{${ours}}[${d('5m')}]) / process_cpu_limit_cores{${ours}} > 0.9`,
    lasting: '10m',
    summary:
      '{{ $labels.job }} {{ $labels.instance }} uses {{ $value | humanizePercentage }} of the processors it may use',
    why: 'The process is about to be throttled, or already is.',
  },
  {
    ...processes,
    name: 'MemorySaturated',
    severity: 'ticket',
    when: 'a process uses more than 90 % of its memory, or of its heap',
    // Compared first: `or` passes over the second share where there is a first.
    expr: () => `process_memory_resident_bytes{${ours}} / process_memory_limit_bytes{${ours}} > 0.9
or process_heap_used_bytes{${ours}} / process_heap_limit_bytes{${ours}} > 0.9`,
    lasting: '5m',
    summary:
      '{{ $labels.job }} {{ $labels.instance }} uses {{ $value | humanizePercentage }} of its memory',
    why: 'At the limit the process is killed. It comes back by itself, and its clicks are safe.',
  },
  {
    ...processes,
    name: 'RedisMemoryHigh',
    severity: 'ticket',
    when: 'Redis uses more than 80 % of its limit',
    // Without a limit it reports 0.
    expr: () => 'redis_memory_used_bytes / (redis_memory_max_bytes > 0) > 0.8',
    lasting: '5m',
    summary: 'Redis {{ $labels.instance }} uses {{ $value | humanizePercentage }} of its memory',
    why: 'Soon links are evicted that are still asked for, and databases are asked instead.',
  },
  {
    ...processes,
    name: 'CertificateExpiring',
    severity: 'ticket',
    when: 'a certificate that monitors see is good for less than 14 days',
    expr: (d) => `probe_ssl_earliest_cert_expiry - time() < ${d.seconds('14d')}`,
    lasting: '1h',
    summary: 'The certificate of {{ $labels.instance }} expires in {{ $value | humanizeDuration }}',
    why: 'A certificate that has expired stops every redirect at once.',
  },
  {
    ...processes,
    name: 'RuleFailures',
    severity: 'ticket',
    when: 'a rule could not be evaluated in the last 5 min',
    expr: (d) =>
      `sum by (rule_group) (increase(prometheus_rule_evaluation_failures_total[${d('5m')}])) > 0`,
    summary: 'Rules of {{ $labels.rule_group }} cannot be evaluated',
    why: 'An alert that cannot be evaluated never fires.',
  },
]
