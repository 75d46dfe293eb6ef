import { ageing, type AlertCase, counting, holding } from './test-alert-case.ts'

const undurable = 'redirect_clicks_total{instance="a",kept="undurable"}'
const dropped = 'redirect_clicks_total{instance="a",kept="dropped"}'

export const spoolCases: readonly AlertCase[] = [
  {
    alert: 'SpoolOld',
    when: 'clicks of one process have waited for a quarter of an hour',
    series: {
      'redirect_spool_age_seconds{instance="a"}': ageing(0, '20m'),
      'redirect_spool_age_seconds{instance="b"}': holding([0, '20m']),
    },
    notYetAt: '14m',
    at: '16m',
    firing: [{ labels: { instance: 'a' }, summary: 'Clicks of a have waited for 16m 0s' }],
  },
  {
    alert: 'SpoolOld',
    when: 'they have waited for ten minutes',
    series: { 'redirect_spool_age_seconds{instance="a"}': holding([600, '20m']) },
    at: '19m',
  },
  {
    alert: 'SpoolFilling',
    when: 'the spool of one process is more than half full',
    series: {
      'redirect_spool_bytes{instance="a"}': holding([1.2e9, '5m']),
      'redirect_spool_limit_bytes{instance="a"}': holding([2e9, '5m']),
      'redirect_spool_bytes{instance="b"}': holding([1.2e9, '5m']),
      'redirect_spool_limit_bytes{instance="b"}': holding([4e9, '5m']),
    },
    notYetAt: '45s',
    at: '75s',
    firing: [{ labels: { instance: 'a' }, summary: 'The spool of a is 60% full' }],
  },
  {
    alert: 'SpoolFilling',
    when: 'it is half full',
    series: {
      'redirect_spool_bytes{instance="a"}': holding([1e9, '5m']),
      'redirect_spool_limit_bytes{instance="a"}': holding([2e9, '5m']),
    },
    at: '4m',
  },
  {
    alert: 'ClicksUndurable',
    when: 'a stalled disk let 120 through',
    series: {
      [undurable]: counting([0, '10m'], [4, '30s'], [0, '10m']),
    },
    at: '12m',
    firing: [
      {
        labels: { instance: 'a' },
        summary: 'a answered 120 visitors before their clicks were on disk',
      },
    ],
  },
  {
    alert: 'ClicksUndurable',
    when: 'a short stall let ninety through',
    series: {
      [undurable]: counting([0, '10m'], [6, '15s'], [0, '10m']),
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
    series: { [dropped]: '_x40 3x40' },
    at: '12m',
    firing: [{ labels: { instance: 'a' }, summary: 'a has dropped 3 clicks' }],
  },
  {
    alert: 'ClicksDropped',
    when: 'a process has just begun, and drops nothing',
    series: { [dropped]: '_x40 0x40' },
    at: '12m',
  },
  {
    alert: 'ClicksDropped',
    when: 'that was a quarter of an hour ago',
    series: { [dropped]: '0x40 7x80' },
    at: '26m',
  },
]
