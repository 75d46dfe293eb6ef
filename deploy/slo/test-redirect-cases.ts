import { ageing, type AlertCase, counting, holding } from './test-alert-case.ts'

const found = 'redirect_requests_total{instance="a",outcome="found"}'
const unavailable = 'redirect_requests_total{instance="a",outcome="unavailable"}'
const shed = 'redirect_requests_total{instance="a",outcome="shed"}'
const within = 'redirect_duration_seconds_bucket{instance="a",le="0.2"}'
const timed = 'redirect_duration_seconds_count{instance="a"}'

export const redirectCases: readonly AlertCase[] = [
  {
    alert: 'RedirectSlow',
    when: 'twelve of a thousand take longer than 200 ms for five minutes, of 120 in that time',
    series: {
      [within]: counting([0.4, '10m'], [0.3952, '10m']),
      [timed]: counting([0.4, '20m']),
    },
    notYetAt: '15m',
    at: '17m',
    firing: [{ summary: 'The slowest 1 % of redirects take longer than 200 ms: 1.2% do' }],
  },
  {
    alert: 'RedirectSlow',
    when: 'nine in a thousand do',
    series: { [within]: counting([9.91, '15m']), [timed]: counting([10, '15m']) },
    at: '14m',
  },
  {
    alert: 'RedirectSlow',
    when: 'it has lasted for four minutes only',
    series: {
      [within]: counting([10, '5m'], [5, '4m'], [10, '6m']),
      [timed]: counting([10, '15m']),
    },
    at: '9m',
  },
  {
    alert: 'RedirectSlow',
    when: 'fewer than a hundred come in five minutes, and all are slow',
    quiet: true,
    series: { [within]: counting([0, '15m']), [timed]: counting([0.3, '15m']) },
    at: '14m',
  },
  {
    alert: 'RedirectErrors',
    when: 'twelve of a thousand fail, of 120 in five minutes',
    series: { [found]: counting([0.3952, '20m']), [unavailable]: counting([0.0048, '20m']) },
    at: '7m',
    firing: [{ summary: '1.2% of redirects fail' }],
  },
  {
    alert: 'RedirectErrors',
    when: 'all fail, within two minutes of the first',
    series: {
      [found]: counting([10, '10m'], [0, '5m']),
      [unavailable]: counting([0, '10m'], [10, '5m']),
    },
    notYetAt: '11m',
    at: '12m',
    firing: [{ summary: '40% of redirects fail' }],
  },
  {
    alert: 'RedirectErrors',
    when: 'nine in a thousand fail',
    series: { [found]: counting([9.91, '10m']), [unavailable]: counting([0.09, '10m']) },
    at: '9m',
  },
  {
    alert: 'RedirectErrors',
    when: 'scans are refused, and limited links wait for the primary',
    series: {
      [found]: counting([10, '10m']),
      'redirect_requests_total{instance="a",outcome="limited"}': counting([10, '10m']),
      'redirect_requests_total{instance="a",outcome="unclaimed"}': counting([10, '10m']),
    },
    at: '9m',
  },
  {
    alert: 'RedirectErrors',
    when: 'fewer than a hundred come in five minutes, and all fail',
    quiet: true,
    series: { [unavailable]: counting([0.3, '10m']) },
    at: '9m',
  },
  {
    alert: 'RedirectShedding',
    when: 'six are turned away in five seconds',
    series: { [shed]: counting([1.2, '10m']) },
    notYetAt: '5m',
    at: '7m',
    firing: [{ summary: '1.2 visitors a second are turned away' }],
  },
  {
    alert: 'RedirectShedding',
    when: 'fewer than one a second is',
    series: { [shed]: counting([0.9, '10m']) },
    at: '9m',
  },
  {
    alert: 'RedirectChangeFeedOld',
    when: 'the feed of one process has been late for a minute',
    series: {
      'redirect_change_feed_age_seconds{instance="a"}': holding([0.1, '1m'], [35, '4m']),
      'redirect_change_feed_age_seconds{instance="b"}': holding([0.1, '5m']),
    },
    notYetAt: '105s',
    at: '2m15s',
    firing: [{ labels: { instance: 'a' }, summary: 'redirect a has seen no edit for 35s' }],
  },
  {
    alert: 'RedirectChangeFeedOld',
    when: 'it was read again within a minute',
    series: { 'redirect_change_feed_age_seconds{instance="a"}': `${ageing(0, '90s')} 0 15 30` },
    at: '2m',
  },
  {
    alert: 'RedirectChangeFeedOld',
    when: 'it is read every 28 seconds',
    series: { 'redirect_change_feed_age_seconds{instance="a"}': holding([28, '5m']) },
    at: '4m',
  },
  {
    alert: 'RedirectChangeFeedNearStaleLimit',
    when: 'memory is older than half of the limit',
    series: {
      'redirect_memory_age_seconds{instance="a"}': ageing(43_190, '5m'),
      'redirect_stale_limit_seconds{instance="a"}': holding([86_400, '5m']),
    },
    notYetAt: '45s',
    at: '75s',
    firing: [
      {
        labels: { instance: 'a' },
        summary: 'redirect a will stop serving what it remembers: no links database for 12h 1m 5s',
      },
    ],
  },
  {
    alert: 'RedirectChangeFeedNearStaleLimit',
    when: 'memory is just younger than that',
    series: {
      'redirect_memory_age_seconds{instance="a"}': ageing(43_000, '3m'),
      'redirect_stale_limit_seconds{instance="a"}': holding([86_400, '3m']),
    },
    at: '2m45s',
  },
  {
    alert: 'RedirectChangeFeedNearStaleLimit',
    when: 'a process began with nothing, and no database has answered yet',
    series: {
      'redirect_memory_age_seconds{instance="a"}': 'Inf Inf Inf Inf Inf Inf Inf Inf',
      'redirect_stale_limit_seconds{instance="a"}': holding([86_400, '3m']),
    },
    at: '90s',
    firing: [
      {
        labels: { instance: 'a' },
        summary: 'redirect a will stop serving what it remembers: no links database for +Inf',
      },
    ],
  },
  {
    alert: 'ReplicaLagging',
    when: 'one of two replicas has been 40 seconds behind for five minutes',
    series: {
      'redirect_replica_lag_seconds{instance="a"}': holding([40, '10m']),
      'redirect_replica_lag_seconds{instance="b"}': holding([0, '10m']),
    },
    notYetAt: '4m',
    at: '6m',
    firing: [{ summary: 'A replica is 40s behind' }],
  },
  {
    alert: 'ReplicaLagging',
    when: 'it is half a minute behind',
    series: { 'redirect_replica_lag_seconds{instance="a"}': holding([30, '10m']) },
    at: '9m',
  },
]
