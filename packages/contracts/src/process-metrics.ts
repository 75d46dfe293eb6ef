// What any process of ours reports of itself and of what it leans on.
import type { Metric } from './metric.ts'

export const processMetrics = {
  dependency_breaker_state: {
    kind: 'gauge',
    unit: '1',
    description:
      'Whether a dependency is asked: 0 closed (asked), 1 half open (tried), 2 open (spared, as it did not answer).',
    attributes: ['dependency'],
  },
  database_connections: {
    kind: 'gauge',
    unit: '1',
    description: 'Connections to a database server: in use, idle; and questions that wait for one.',
    attributes: ['server', 'state'],
  },
  database_backup_age_seconds: {
    kind: 'gauge',
    unit: 's',
    description:
      'Since the newest base backup of a database was complete. Absent while none was recorded.',
    attributes: ['database'],
  },
  database_archive_age_seconds: {
    kind: 'gauge',
    unit: 's',
    description:
      'Since the server of a database last archived a segment of WAL. Absent where it archives none.',
    attributes: ['database'],
  },
  process_event_loop_busy_seconds_total: {
    kind: 'counter',
    unit: 's',
    description: 'Time in which the event loop did not wait for anything to happen.',
    attributes: [],
  },
  process_event_loop_delay_seconds: {
    kind: 'gauge',
    unit: 's',
    description: 'By how much a timer was late, at most 99 % of the time since the last scrape.',
    attributes: [],
  },
  process_gc_seconds_total: {
    kind: 'counter',
    unit: 's',
    description: 'Time spent collecting garbage.',
    attributes: ['kind'],
  },
  process_heap_used_bytes: {
    kind: 'gauge',
    unit: 'By',
    description: "JavaScript's heap in use.",
    attributes: [],
  },
  process_heap_limit_bytes: {
    kind: 'gauge',
    unit: 'By',
    description: 'Heap at which V8 ends the process.',
    attributes: [],
  },
  process_memory_resident_bytes: {
    kind: 'gauge',
    unit: 'By',
    description: 'Memory of the process.',
    attributes: [],
  },
  process_memory_limit_bytes: {
    kind: 'gauge',
    unit: 'By',
    description: 'Memory that the process may have: of its control group, else of the machine.',
    attributes: [],
  },
  process_cpu_seconds_total: {
    kind: 'counter',
    unit: 's',
    description: 'Processor time used.',
    attributes: [],
  },
  process_cpu_limit_cores: {
    kind: 'gauge',
    unit: '1',
    description: 'Processors that the process may use: of its control group, else of the machine.',
    attributes: [],
  },
  process_start_time_seconds: {
    kind: 'gauge',
    unit: 's',
    description: 'When the process started, seconds since the epoch.',
    attributes: [],
  },
} as const satisfies Record<string, Metric>
