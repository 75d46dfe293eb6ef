import { type AlertCase, counting, holding } from './test-alert-case.ts'

const process = '{job="redirect",instance="a"}'
const both = { job: 'redirect', instance: 'a' }

export const saturationCases: readonly AlertCase[] = [
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
]
