import { ageing, type AlertCase, counting, holding } from './test-alert-case.ts'

const undurable = 'redirect_clicks_total{instance="a",kept="undurable"}'
const dropped = 'redirect_clicks_total{instance="a",kept="dropped"}'
const dead = 'analytics_records_total{instance="a",outcome="dead_lettered"}'
const oldest = 'analytics_oldest_unprocessed_seconds{instance="a"}'
const difference = 'analytics_ledger_difference{instance="a"}'
const consumer = 'analytics_consumer_age_seconds{instance="a"}'
const fresh = 'analytics_click_delay_seconds_bucket{instance="a",le="300"}'
const counted = 'analytics_click_delay_seconds_count{instance="a"}'

const rarely = { scrape: 120, evaluate: 600 }

export const clickCases: readonly AlertCase[] = [
  {
    alert: 'SpoolOld',
    when: 'clicks of one process have waited for a quarter of an hour',
    series: {
      'redirect_spool_age_seconds{instance="a"}': ageing(0, '20m'),
      'redirect_spool_age_seconds{instance="b"}': holding([[0, '20m']]),
    },
    at: '16m',
    firing: [{ labels: { instance: 'a' }, summary: 'Clicks of a have waited for 16m 0s' }],
  },
  {
    alert: 'SpoolOld',
    when: 'they have waited for ten minutes',
    series: { 'redirect_spool_age_seconds{instance="a"}': holding([[600, '20m']]) },
    at: '19m',
  },
  {
    alert: 'SpoolFilling',
    when: 'the spool of one process is more than half full',
    series: {
      'redirect_spool_bytes{instance="a"}': holding([[1.2e9, '5m']]),
      'redirect_spool_limit_bytes{instance="a"}': holding([[2e9, '5m']]),
      'redirect_spool_bytes{instance="b"}': holding([[1.2e9, '5m']]),
      'redirect_spool_limit_bytes{instance="b"}': holding([[4e9, '5m']]),
    },
    at: '2m',
    firing: [{ labels: { instance: 'a' }, summary: 'The spool of a is 60% full' }],
  },
  {
    alert: 'SpoolFilling',
    when: 'it is half full',
    series: {
      'redirect_spool_bytes{instance="a"}': holding([[1e9, '5m']]),
      'redirect_spool_limit_bytes{instance="a"}': holding([[2e9, '5m']]),
    },
    at: '4m',
  },
  {
    alert: 'ClicksUndurable',
    when: 'a stalled disk let three hundred through',
    series: {
      [undurable]: counting([
        [0, '10m'],
        [10, '30s'],
        [0, '10m'],
      ]),
    },
    at: '12m',
    firing: [
      {
        labels: { instance: 'a' },
        summary: 'a answered 300 visitors before their clicks were on disk',
      },
    ],
  },
  {
    alert: 'ClicksUndurable',
    when: 'a short stall let sixty through',
    series: {
      [undurable]: counting([
        [0, '10m'],
        [4, '15s'],
        [0, '10m'],
      ]),
    },
    at: '12m',
  },
  {
    alert: 'ClicksDropped',
    when: 'a single one was dropped',
    series: { [dropped]: '0x40 1x40' },
    at: '12m',
    firing: [{ labels: { instance: 'a' }, summary: 'a has dropped 1 clicks' }],
  },
  {
    alert: 'ClicksDropped',
    when: 'a process began to drop before it was scraped for the first time',
    series: { [dropped]: '_x40 7x40' },
    at: '12m',
    firing: [{ labels: { instance: 'a' }, summary: 'a has dropped 7 clicks' }],
  },
  {
    alert: 'ClicksDropped',
    when: 'that was a quarter of an hour ago',
    series: { [dropped]: '0x40 7x80' },
    at: '26m',
  },
  {
    alert: 'ConsumerStalled',
    when: 'one consumer stands still, and another has nothing to do',
    series: {
      [consumer]: ageing(0, '10m'),
      'analytics_consumer_age_seconds{instance="b"}': holding([[0, '10m']]),
    },
    at: '8m',
    firing: [
      {
        labels: { instance: 'a' },
        summary: 'analytics a has a partition that has not moved for 8m 0s',
      },
    ],
  },
  {
    alert: 'ConsumerStalled',
    when: 'it moves every five minutes',
    series: { [consumer]: `${ageing(0, '5m15s')} ${ageing(0, '5m15s')}` },
    at: '10m',
  },
  {
    alert: 'ReportsOld',
    when: 'all processes say that reports are a quarter of an hour behind',
    series: { [oldest]: ageing(0, '20m'), [oldest.replace('"a"', '"b"')]: ageing(60, '20m') },
    at: '16m',
    firing: [{ summary: 'Reports are 16m 0s behind' }],
  },
  {
    alert: 'ReportsOld',
    when: 'one of them cannot read its database, and the other one says that all is well',
    series: { [oldest]: ageing(0, '20m'), [oldest.replace('"a"', '"b"')]: holding([[1, '20m']]) },
    at: '19m',
  },
  {
    alert: 'AnalyticsAbsent',
    when: 'nobody has said anything for ten minutes',
    series: { [oldest]: `${holding([[1, '5m']])} stale` },
    at: '16m',
    firing: [{}],
  },
  {
    alert: 'AnalyticsAbsent',
    when: 'analytics is started again within that time',
    series: { [oldest]: '1x20 stale _x20 1x20' },
    at: '15m',
  },
  {
    alert: 'ClicksNearRetention',
    when: 'the oldest click has waited for half a week',
    series: { [oldest]: ageing(302_400, '10m') },
    at: '6m',
    firing: [
      {
        summary: 'Clicks of 3d 12h 6m 0s ago are not counted yet, and will soon be deleted',
      },
    ],
  },
  {
    alert: 'ClicksNearRetention',
    when: 'it has waited for just less',
    series: { [oldest]: ageing(301_800, '10m') },
    at: '9m',
  },
  {
    alert: 'ClicksNearRetention',
    when: 'nobody has said for half a week how old the oldest is, and redirects went on',
    series: {
      [oldest]: `${holding([[1, '1h']], rarely.scrape)} stale`,
      'redirect_requests_total{instance="a",outcome="found"}': holding([[1, '90h']], rarely.scrape),
    },
    at: '86h',
    steps: rarely,
    firing: [
      { summary: 'Clicks of 3d 12h 0m 0s ago are not counted yet, and will soon be deleted' },
    ],
  },
  {
    alert: 'ClicksNearRetention',
    when: 'Prometheus began an hour ago, and analytics has not started yet',
    series: { 'redirect_requests_total{instance="a",outcome="found"}': holding([[1, '1h']]) },
    at: '59m',
  },
  {
    alert: 'LedgerDifference',
    when: 'a click is missing and nothing is late',
    series: {
      [difference]: holding([[1, '20m']]),
      [consumer]: holding([[1, '20m']]),
      [fresh]: counting([[5, '20m']]),
      [counted]: counting([[5, '20m']]),
    },
    at: '16m',
    firing: [{ summary: '1 clicks were on the click log and are in no report' }],
  },
  {
    alert: 'LedgerDifference',
    when: 'a click is missing, and nobody clicks any more',
    series: {
      [difference]: holding([[1, '20m']]),
      [consumer]: holding([[1, '20m']]),
      [fresh]: holding([[1, '20m']]),
      [counted]: holding([[1, '20m']]),
    },
    at: '16m',
    firing: [{ summary: '1 clicks were on the click log and are in no report' }],
  },
  {
    alert: 'LedgerDifference',
    when: 'it is 0 again after ten minutes',
    series: {
      [difference]: holding([
        [5, '10m'],
        [0, '10m'],
      ]),
    },
    at: '16m',
  },
  {
    alert: 'LedgerDifference',
    when: 'a partition stands still, so that its clicks are late',
    series: { [difference]: holding([[5, '30m']]), [consumer]: ageing(0, '30m') },
    at: '29m',
  },
  {
    alert: 'LedgerDifference',
    when: 'a backlog is worked off, some partitions faster than others',
    series: {
      [difference]: holding([[5, '30m']]),
      [consumer]: holding([[1, '30m']]),
      [fresh]: counting([[50, '30m']]),
      [counted]: counting([[100, '30m']]),
    },
    at: '29m',
  },
  {
    alert: 'ClickLogGap',
    when: 'a running consumer finds one',
    series: { 'analytics_gaps_total{instance="a",kind="gap"}': '0x40 1x40' },
    at: '12m',
    firing: [
      {
        labels: { kind: 'gap' },
        summary: 'The click log does not join what was read before: gap',
      },
    ],
  },
  {
    alert: 'ClickLogGap',
    when: 'a consumer finds one as it starts, before it is scraped',
    series: { 'analytics_gaps_total{instance="a",kind="beyond_end"}': '_x40 1x40' },
    at: '11m',
    firing: [
      {
        labels: { kind: 'beyond_end' },
        summary: 'The click log does not join what was read before: beyond_end',
      },
    ],
  },
  {
    alert: 'ClickLogGap',
    when: 'it was found long ago',
    series: { 'analytics_gaps_total{instance="a",kind="gap"}': '0x40 1x80' },
    at: '26m',
  },
  {
    alert: 'DeadLetters',
    when: 'twenty records were set aside',
    series: { [dead]: '0x40 20x40' },
    at: '12m',
    firing: [{ summary: '20 records could not be counted in the last hour' }],
  },
  {
    alert: 'DeadLetters',
    when: 'ten were',
    quiet: true,
    series: { [dead]: '0x200 9x100' },
    at: '60m',
  },
]
