import { type AlertCase, counting, holding } from './test-alert-case.ts'

const made = 'link_write_requests_total{instance="a",route="POST /v1/links",status="201"}'
const failed = 'link_write_requests_total{instance="a",route="POST /v1/links",status="503"}'

export const otherCases: readonly AlertCase[] = [
  {
    alert: 'LinkWriteErrors',
    when: 'twelve of a thousand calls fail, and more than ten in five minutes',
    series: {
      [made]: counting([3.5, '10m'], [3.458, '10m']),
      [failed]: counting([0, '10m'], [0.042, '10m']),
    },
    notYetAt: '16m',
    at: '18m',
    firing: [{ summary: '1.2% of writes fail' }],
  },
  {
    alert: 'LinkWriteErrors',
    when: 'nine in a thousand do',
    series: { [made]: counting([9.91, '10m']), [failed]: counting([0.09, '10m']) },
    at: '9m',
  },
  {
    alert: 'LinkWriteErrors',
    when: 'the calls are wrong, not their answers',
    series: {
      [made]: counting([1, '10m']),
      'link_write_requests_total{instance="a",route="POST /v1/links",status="400"}': counting([
        9,
        '10m',
      ]),
    },
    at: '9m',
  },
  {
    alert: 'LinkWriteErrors',
    when: 'nine calls came in five minutes, and all failed',
    quiet: true,
    series: { [failed]: counting([0.03, '10m']) },
    at: '9m',
  },
  {
    alert: 'LinkWriteAbsent',
    when: 'no process has reported for five minutes',
    series: { [made]: `${counting([1, '5m'])} stale` },
    notYetAt: '9m',
    at: '11m',
    firing: [{}],
  },
  {
    alert: 'LinkWriteAbsent',
    when: 'it is started again within that time',
    series: { [made]: '1x20 stale _x12 0x20' },
    at: '10m',
  },
  {
    alert: 'BlocklistRefused',
    when: 'one of two processes has refused its list for a quarter of an hour',
    series: {
      'link_write_blocklist_refused{instance="a"}': holding([0, '5m'], [1, '20m']),
      'link_write_blocklist_refused{instance="b"}': holding([0, '25m']),
    },
    notYetAt: '19m',
    at: '21m',
    firing: [
      {
        labels: { instance: 'a' },
        summary: 'link-write a refuses the blocklist that it was given',
      },
    ],
  },
  {
    alert: 'BlocklistRefused',
    when: 'a whole one takes its place before',
    series: { 'link_write_blocklist_refused{instance="a"}': holding([1, '10m'], [0, '20m']) },
    at: '25m',
  },
  {
    alert: 'TargetDown',
    when: 'one process has not answered for two minutes',
    series: {
      'up{job="redirect",instance="a"}': holding([1, '5m'], [0, '5m']),
      'up{job="redirect",instance="b"}': holding([1, '10m']),
    },
    notYetAt: '6m',
    at: '8m',
    firing: [
      {
        labels: { job: 'redirect', instance: 'a' },
        summary: 'redirect a does not answer Prometheus',
      },
    ],
  },
  {
    alert: 'TargetDown',
    when: 'it has missed one scrape',
    series: { 'up{job="redirect",instance="a"}': '1x20 0 1x20' },
    at: '8m',
  },
  {
    alert: 'CertificateExpiring',
    when: 'a certificate is good for thirteen days and some hours',
    series: { 'probe_ssl_earliest_cert_expiry{instance="s"}': holding([1_200_000, '2h']) },
    notYetAt: '59m',
    at: '61m',
    firing: [
      { labels: { instance: 's' }, summary: 'The certificate of s expires in 13d 20h 19m 0s' },
    ],
  },
  {
    alert: 'CertificateExpiring',
    when: 'it is good for fifteen days',
    series: { 'probe_ssl_earliest_cert_expiry{instance="s"}': holding([1_303_200, '2h']) },
    at: '119m',
  },
  {
    alert: 'RuleFailures',
    when: 'a rule could not be evaluated',
    series: {
      'prometheus_rule_evaluation_failures_total{rule_group="f;redirect"}': '0x20 1x20',
    },
    at: '6m',
    firing: [
      {
        labels: { rule_group: 'f;redirect' },
        summary: 'Rules of f;redirect cannot be evaluated',
      },
    ],
  },
  {
    alert: 'RuleFailures',
    when: 'that was long ago',
    series: {
      'prometheus_rule_evaluation_failures_total{rule_group="f;redirect"}': '0x20 1x60',
    },
    at: '12m',
  },
  { alert: 'Watchdog', when: 'nothing is known', series: {}, at: '1m', firing: [{}] },
]
