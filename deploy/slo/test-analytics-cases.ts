import { ageing, type AlertCase, counting, holding, holdingEvery } from './test-alert-case.ts'

const dead = 'analytics_records_total{instance="a",outcome="dead_lettered"}'
const oldest = 'analytics_oldest_unprocessed_seconds{instance="a"}'
const difference = 'analytics_ledger_difference{instance="a"}'
const consumer = 'analytics_consumer_age_seconds{instance="a"}'
const fresh = 'analytics_click_delay_seconds_bucket{instance="a",le="300"}'
const counted = 'analytics_click_delay_seconds_count{instance="a"}'

const rarely = { scrape: 120, evaluate: 600 }

export const analyticsCases: readonly AlertCase[] = [
  {
    alert: 'ConsumerStalled',
    when: 'one consumer stands still, and another has nothing to do',
    series: {
      [consumer]: ageing(0, '10m'),
      'analytics_consumer_age_seconds{instance="b"}': holding([0, '10m']),
    },
    notYetAt: '6m',
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
    alert: 'ConsumerStalled',
    when: 'every batch takes nearly five minutes',
    series: { [consumer]: holding([280, '10m']) },
    at: '9m',
  },
  {
    alert: 'ReportsOld',
    when: 'all processes say that reports are a quarter of an hour behind',
    series: { [oldest]: ageing(0, '20m'), [oldest.replace('"a"', '"b"')]: ageing(60, '20m') },
    notYetAt: '14m',
    at: '16m',
    firing: [{ summary: 'Reports are 16m 0s behind' }],
  },
  {
    alert: 'ReportsOld',
    when: 'one of them cannot read its database, and the other one says that all is well',
    series: { [oldest]: ageing(0, '20m'), [oldest.replace('"a"', '"b"')]: holding([1, '20m']) },
    at: '19m',
  },
  {
    alert: 'ReportsOld',
    when: 'they are just less than ten minutes behind, for long',
    series: { [oldest]: holding([590, '20m']) },
    at: '19m',
  },
  {
    alert: 'AnalyticsAbsent',
    when: 'nobody has said anything for ten minutes',
    series: { [oldest]: `${holding([1, '5m'])} stale` },
    notYetAt: '14m',
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
    notYetAt: '5m',
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
      [oldest]: `${holdingEvery(rarely.scrape)([1, '1h'])} stale`,
      'redirect_requests_total{instance="a",outcome="found"}': holdingEvery(rarely.scrape)([
        1,
        '90h',
      ]),
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
    series: { 'redirect_requests_total{instance="a",outcome="found"}': holding([1, '1h']) },
    at: '59m',
  },
  {
    alert: 'LedgerDifference',
    when: 'a click is missing, and hardly any is late',
    series: {
      [difference]: holding([1, '20m']),
      [consumer]: holding([50, '20m']),
      [fresh]: counting([99.2, '20m']),
      [counted]: counting([100, '20m']),
    },
    notYetAt: '14m',
    at: '16m',
    firing: [{ summary: '1 clicks were on the click log and are in no report' }],
  },
  {
    alert: 'LedgerDifference',
    when: 'a click is missing, and nobody clicks any more',
    series: {
      [difference]: holding([1, '20m']),
      [consumer]: holding([1, '20m']),
      [fresh]: holding([1, '20m']),
      [counted]: holding([1, '20m']),
    },
    at: '16m',
    firing: [{ summary: '1 clicks were on the click log and are in no report' }],
  },
  {
    alert: 'LedgerDifference',
    when: 'it is 0 again after ten minutes',
    series: {
      [difference]: holding([5, '10m'], [0, '10m']),
    },
    at: '16m',
  },
  {
    alert: 'LedgerDifference',
    when: 'a partition stands still, so that its clicks are late',
    series: { [difference]: holding([5, '30m']), [consumer]: holding([70, '30m']) },
    at: '29m',
  },
  {
    alert: 'LedgerDifference',
    when: 'a backlog is worked off, some partitions faster than others',
    series: {
      [difference]: holding([5, '30m']),
      [consumer]: holding([1, '30m']),
      [fresh]: counting([98.8, '30m']),
      [counted]: counting([100, '30m']),
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
    when: 'a consumer has just begun, and finds none',
    series: { 'analytics_gaps_total{instance="a",kind="gap"}': '_x40 0x40' },
    at: '11m',
  },
  {
    alert: 'ClickLogGap',
    when: 'it was found long ago',
    series: { 'analytics_gaps_total{instance="a",kind="gap"}': '0x40 1x80' },
    at: '26m',
  },
  {
    alert: 'DeadLetters',
    when: 'twelve records were set aside',
    series: { [dead]: '0x250 12x40' },
    at: '70m',
    firing: [{ summary: '12 records could not be counted in the last hour' }],
  },
  {
    alert: 'DeadLetters',
    when: 'a process has set twelve aside before it was scraped',
    series: { [dead]: '_x240 12x40' },
    at: '62m',
    firing: [{ summary: '12 records could not be counted in the last hour' }],
  },
  {
    alert: 'DeadLetters',
    when: 'it has set nine aside by then',
    series: { [dead]: '_x240 9x40' },
    at: '62m',
  },
  {
    alert: 'DeadLetters',
    when: 'nine were',
    series: { [dead]: '0x200 9x100' },
    at: '60m',
  },
]
