import { type AlertCase, counting, holding } from './test-alert-case.ts'

const made = 'link_write_requests_total{instance="a",route="POST /v1/links",status="201"}'
const failed = 'link_write_requests_total{instance="a",route="POST /v1/links",status="503"}'
const process = '{job="redirect",instance="a"}'
const both = { job: 'redirect', instance: 'a' }

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
    firing: [{ labels: both, summary: 'redirect a does not answer Prometheus' }],
  },
  {
    alert: 'TargetDown',
    when: 'it has missed one scrape',
    series: { 'up{job="redirect",instance="a"}': '1x20 0 1x20' },
    at: '8m',
  },
  {
    alert: 'EventLoopSaturated',
    when: 'a process has been busy nine tenths of the time for five minutes',
    series: { [`process_event_loop_busy_seconds_total${process}`]: counting([0.9, '15m']) },
    notYetAt: '8m',
    at: '10m',
    firing: [{ labels: both, summary: 'redirect a is busy 90% of the time' }],
  },
  {
    alert: 'EventLoopSaturated',
    when: 'the process is one of the dashboard',
    series: {
      'process_event_loop_busy_seconds_total{job="dashboard",instance="a"}': counting([0.9, '15m']),
    },
    at: '10m',
    firing: [
      {
        labels: { job: 'dashboard', instance: 'a' },
        summary: 'dashboard a is busy 90% of the time',
      },
    ],
  },
  {
    alert: 'EventLoopSaturated',
    when: 'a process of somebody else is',
    series: { 'process_event_loop_busy_seconds_total{job="other"}': counting([0.9, '15m']) },
    at: '14m',
  },
  {
    alert: 'EventLoopSaturated',
    when: 'it is busy just less than four fifths of the time',
    series: { [`process_event_loop_busy_seconds_total${process}`]: counting([0.79, '15m']) },
    at: '14m',
  },
  {
    alert: 'CpuSaturated',
    when: 'a process uses 1.9 of the two processors that it may use',
    series: {
      [`process_cpu_seconds_total${process}`]: counting([1.9, '20m']),
      [`process_cpu_limit_cores${process}`]: holding([2, '20m']),
    },
    notYetAt: '13m',
    at: '16m',
    firing: [{ labels: both, summary: 'redirect a uses 95% of the processors it may use' }],
  },
  {
    alert: 'CpuSaturated',
    when: 'it uses 1.7 of them',
    series: {
      [`process_cpu_seconds_total${process}`]: counting([1.7, '20m']),
      [`process_cpu_limit_cores${process}`]: holding([2, '20m']),
    },
    at: '19m',
  },
  {
    alert: 'MemorySaturated',
    when: 'a process has nearly all the memory that it may have',
    series: {
      [`process_memory_resident_bytes${process}`]: holding([475e6, '10m']),
      [`process_memory_limit_bytes${process}`]: holding([500e6, '10m']),
    },
    notYetAt: '4m',
    at: '6m',
    firing: [{ labels: both, summary: 'redirect a uses 95% of its memory' }],
  },
  {
    alert: 'MemorySaturated',
    when: 'the process is one of the dashboard',
    series: {
      'process_memory_resident_bytes{job="dashboard",instance="a"}': holding([190e6, '10m']),
      'process_memory_limit_bytes{job="dashboard",instance="a"}': holding([200e6, '10m']),
    },
    at: '6m',
    firing: [
      {
        labels: { job: 'dashboard', instance: 'a' },
        summary: 'dashboard a uses 95% of its memory',
      },
    ],
  },
  {
    alert: 'MemorySaturated',
    when: 'its heap is nearly full, although it has memory left',
    series: {
      [`process_memory_resident_bytes${process}`]: holding([300e6, '10m']),
      [`process_memory_limit_bytes${process}`]: holding([500e6, '10m']),
      [`process_heap_used_bytes${process}`]: holding([190e6, '10m']),
      [`process_heap_limit_bytes${process}`]: holding([200e6, '10m']),
    },
    at: '6m',
    firing: [{ labels: both, summary: 'redirect a uses 95% of its memory' }],
  },
  {
    alert: 'MemorySaturated',
    when: 'nine tenths of both are in use',
    series: {
      [`process_memory_resident_bytes${process}`]: holding([450e6, '10m']),
      [`process_memory_limit_bytes${process}`]: holding([500e6, '10m']),
      [`process_heap_used_bytes${process}`]: holding([180e6, '10m']),
      [`process_heap_limit_bytes${process}`]: holding([200e6, '10m']),
    },
    at: '9m',
  },
  {
    alert: 'RedisMemoryHigh',
    when: 'Redis has used nine tenths of its memory for five minutes',
    series: {
      'redis_memory_used_bytes{instance="r"}': holding([900e6, '10m']),
      'redis_memory_max_bytes{instance="r"}': holding([1e9, '10m']),
    },
    notYetAt: '4m',
    at: '6m',
    firing: [{ labels: { instance: 'r' }, summary: 'Redis r uses 90% of its memory' }],
  },
  {
    alert: 'RedisMemoryHigh',
    when: 'it has used four fifths',
    series: {
      'redis_memory_used_bytes{instance="r"}': holding([800e6, '10m']),
      'redis_memory_max_bytes{instance="r"}': holding([1e9, '10m']),
    },
    at: '9m',
  },
  {
    alert: 'RedisMemoryHigh',
    when: 'it has no limit',
    series: {
      'redis_memory_used_bytes{instance="r"}': holding([900e6, '10m']),
      'redis_memory_max_bytes{instance="r"}': holding([0, '10m']),
    },
    at: '9m',
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
