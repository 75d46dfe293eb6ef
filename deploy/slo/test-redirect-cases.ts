import { ageing, type AlertCase, counting, holding } from './test-alert-case.ts'

const found = 'redirect_requests_total{instance="a",outcome="found"}'
const unavailable = 'redirect_requests_total{instance="a",outcome="unavailable"}'
const probe = 'redirect_requests_total{instance="a",outcome="probe"}'
const shed = 'redirect_requests_total{instance="a",outcome="shed"}'
const within = 'redirect_duration_seconds_bucket{instance="a",le="0.2"}'
const timed = 'redirect_duration_seconds_count{instance="a"}'

const minutely = { scrape: 60, evaluate: 1800 }

/** One visit a second, but for two hours of each of three weeks and of this one. */
function weeks(...[first, second, third, now]: readonly [number, number, number, number]): string {
  const usual = [1, '166h'] as const
  const stretches = [[first, '2h'], usual, [second, '2h'], usual, [third, '2h'], usual] as const
  return counting([...stretches, [now, '2h']], minutely.scrape)
}

export const redirectCases: readonly AlertCase[] = [
  {
    alert: 'RedirectSlow',
    when: 'two in a hundred take longer than 200 ms, for five minutes',
    series: { [within]: counting([[9.8, '15m']]), [timed]: counting([[10, '15m']]) },
    at: '7m',
    firing: [{ summary: 'The slowest 1 % of redirects take longer than 200 ms: 2% do' }],
  },
  {
    alert: 'RedirectSlow',
    when: 'nine in a thousand do',
    series: { [within]: counting([[9.91, '15m']]), [timed]: counting([[10, '15m']]) },
    at: '14m',
  },
  {
    alert: 'RedirectSlow',
    when: 'it has lasted for four minutes only',
    series: {
      [within]: counting([
        [10, '5m'],
        [5, '4m'],
        [10, '6m'],
      ]),
      [timed]: counting([[10, '15m']]),
    },
    at: '9m',
  },
  {
    alert: 'RedirectSlow',
    when: 'fewer than a hundred come in five minutes, and all are slow',
    quiet: true,
    series: { [within]: counting([[0, '15m']]), [timed]: counting([[0.3, '15m']]) },
    at: '14m',
  },
  {
    alert: 'RedirectErrors',
    when: 'two in a hundred fail',
    series: { [found]: counting([[9.8, '10m']]), [unavailable]: counting([[0.2, '10m']]) },
    at: '7m',
    firing: [{ summary: '2% of redirects fail' }],
  },
  {
    alert: 'RedirectErrors',
    when: 'all fail, within two minutes of the first',
    series: {
      [found]: counting([
        [10, '10m'],
        [0, '5m'],
      ]),
      [unavailable]: counting([
        [0, '10m'],
        [10, '5m'],
      ]),
    },
    at: '12m',
    firing: [{ summary: '40% of redirects fail' }],
  },
  {
    alert: 'RedirectErrors',
    when: 'nine in a thousand fail',
    series: { [found]: counting([[9.91, '10m']]), [unavailable]: counting([[0.09, '10m']]) },
    at: '9m',
  },
  {
    alert: 'RedirectErrors',
    when: 'scans are refused, and limited links wait for the primary',
    series: {
      [found]: counting([[10, '10m']]),
      'redirect_requests_total{instance="a",outcome="limited"}': counting([[10, '10m']]),
      'redirect_requests_total{instance="a",outcome="unclaimed"}': counting([[10, '10m']]),
    },
    at: '9m',
  },
  {
    alert: 'RedirectErrors',
    when: 'fewer than a hundred come in five minutes, and all fail',
    quiet: true,
    series: { [unavailable]: counting([[0.3, '10m']]) },
    at: '9m',
  },
  {
    alert: 'RedirectTrafficCeased',
    when: 'there were visitors an hour ago, and now there are only monitors',
    series: {
      [found]: counting([
        [1, '80m'],
        [0, '10m'],
      ]),
      [probe]: counting([[0.2, '90m']]),
    },
    at: '85m',
    firing: [{}],
  },
  {
    alert: 'RedirectTrafficCeased',
    when: 'one in two minutes still comes',
    series: {
      [found]: counting([
        [1, '80m'],
        [0.01, '10m'],
      ]),
    },
    at: '89m',
  },
  {
    alert: 'RedirectTrafficCeased',
    when: 'a quiet hour becomes silent',
    quiet: true,
    series: {
      [found]: counting([
        [0.4, '80m'],
        [0, '10m'],
      ]),
    },
    at: '89m',
  },
  {
    alert: 'RedirectTrafficCeased',
    when: 'the processes are gone, of which another one tells',
    series: { [found]: `${counting([[1, '80m']])} stale` },
    at: '85m',
  },
  {
    alert: 'RedirectTrafficCeased',
    when: 'nobody has come for hours, and a week ago there were visitors',
    series: {
      [found]: counting(
        [
          [1, '8d'],
          [0, '5h'],
        ],
        minutely.scrape,
      ),
    },
    at: '197h',
    steps: minutely,
    firing: [{}],
  },
  {
    alert: 'RedirectTrafficAbsent',
    when: 'no process has reported for two minutes',
    series: { [found]: `${counting([[1, '10m']])} stale` },
    at: '13m',
    firing: [{}],
  },
  {
    alert: 'RedirectTrafficAbsent',
    when: 'one of two is left, and has no visitors',
    series: {
      [found]: `${counting([[1, '10m']])} stale`,
      'redirect_requests_total{instance="b",outcome="found"}': holding([[0, '20m']]),
    },
    at: '15m',
  },
  {
    alert: 'RedirectTrafficSpike',
    when: 'twenty times as many come as in the hour before, and nothing older is known',
    series: {
      [found]: counting([
        [1, '2h'],
        [20, '10m'],
      ]),
    },
    at: '129m',
    firing: [
      {
        summary: '20 visits a second, ten times what is usual at this time of the week',
      },
    ],
  },
  {
    alert: 'RedirectTrafficSpike',
    when: 'nine times as many do',
    series: {
      [found]: counting([
        [1, '2h'],
        [9, '10m'],
      ]),
    },
    at: '129m',
  },
  {
    alert: 'RedirectTrafficSpike',
    when: 'a hundred times as many come as nearly none',
    quiet: true,
    series: {
      [found]: counting([
        [0.04, '2h'],
        [4, '10m'],
      ]),
    },
    at: '129m',
  },
  {
    alert: 'RedirectTrafficSpike',
    when: 'it is ten times as many as in two of three weeks; in one there was a campaign',
    series: { [found]: weeks(1, 100, 1, 15) },
    at: '505h',
    steps: minutely,
    firing: [
      {
        summary: '15 visits a second, ten times what is usual at this time of the week',
      },
    ],
  },
  {
    alert: 'RedirectTrafficSpike',
    when: 'every week as many come at this time, and an hour ago nearly nobody did',
    series: { [found]: weeks(15, 15, 15, 20) },
    at: '505h',
    steps: minutely,
  },
  {
    alert: 'RedirectShedding',
    when: 'two a second are turned away',
    series: { [shed]: counting([[2, '10m']]) },
    at: '5m',
    firing: [{ summary: '2 visitors a second are turned away' }],
  },
  {
    alert: 'RedirectShedding',
    when: 'fewer than one a second is',
    series: { [shed]: counting([[0.9, '10m']]) },
    at: '9m',
  },
  {
    alert: 'RedirectChangeFeedOld',
    when: 'the feed of one process has not been read for a minute and a half',
    series: {
      'redirect_change_feed_age_seconds{instance="a"}': ageing(0, '5m'),
      'redirect_change_feed_age_seconds{instance="b"}': holding([[0.1, '5m']]),
    },
    at: '2m',
    firing: [{ labels: { instance: 'a' }, summary: 'redirect a has seen no edit for 2m 0s' }],
  },
  {
    alert: 'RedirectChangeFeedOld',
    when: 'it was read again within a minute',
    series: { 'redirect_change_feed_age_seconds{instance="a"}': `${ageing(0, '90s')} 0 15 30` },
    at: '2m',
  },
  {
    alert: 'RedirectChangeFeedNearStaleLimit',
    when: 'memory is older than half of the limit',
    series: {
      'redirect_memory_age_seconds{instance="a"}': ageing(43_190, '5m'),
      'redirect_stale_limit_seconds{instance="a"}': holding([[86_400, '5m']]),
    },
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
      'redirect_stale_limit_seconds{instance="a"}': holding([[86_400, '3m']]),
    },
    at: '2m45s',
  },
  {
    alert: 'RedirectChangeFeedNearStaleLimit',
    when: 'a process began with nothing, and no database has answered yet',
    series: {
      'redirect_memory_age_seconds{instance="a"}': 'Inf Inf Inf Inf Inf Inf Inf Inf',
      'redirect_stale_limit_seconds{instance="a"}': holding([[86_400, '3m']]),
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
    when: 'one of two replicas has been a minute behind for five minutes',
    series: {
      'redirect_replica_lag_seconds{instance="a"}': holding([[60, '10m']]),
      'redirect_replica_lag_seconds{instance="b"}': holding([[0, '10m']]),
    },
    at: '6m',
    firing: [{ summary: 'A replica is 1m 0s behind' }],
  },
  {
    alert: 'ReplicaLagging',
    when: 'it is half a minute behind',
    series: { 'redirect_replica_lag_seconds{instance="a"}': holding([[30, '10m']]) },
    at: '9m',
  },
]
