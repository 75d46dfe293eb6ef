import { dashboardMetrics } from './dashboard-metrics.ts'
import { linkWriteMetrics } from './link-write-metrics.ts'
import type { Metric } from './metric.ts'
import { processMetrics } from './process-metrics.ts'
import { slos, slowRedirectSeconds } from './slo.ts'

const { redirectLatency, analyticsLatency, clickFreshness, editPropagation } = slos

/** Every number that a process of ours reports, by the name Prometheus sees it under. */
export const metrics = {
  redirect_requests_total: {
    kind: 'counter',
    unit: '1',
    description:
      'Redirect requests answered. Availability SLI: 1 - (unavailable + shed + error) / (total - limited - unclaimed): found, probe (a monitor followed the probe link), absent, early, gone and blocked are good answers; limited (429: a scan) and unclaimed (503: a limited link, and the primary did not say whether it may be followed) lie outside it.',
    attributes: ['outcome'],
  },
  redirect_duration_seconds: {
    kind: 'histogram',
    unit: 's',
    description:
      'From the request head to the answer, without limited ones. Latency SLI: share at or below the threshold.',
    attributes: [],
    buckets: [
      0.001,
      0.0025,
      0.005,
      0.01,
      0.025,
      redirectLatency.sli.thresholdSeconds,
      0.1,
      slowRedirectSeconds,
      0.5,
      1,
    ],
  },
  redirect_link_reads_total: {
    kind: 'counter',
    unit: '1',
    description: 'Where a redirect found what it knows of a link.',
    attributes: ['tier', 'result'],
  },
  redirect_cached_links: {
    kind: 'gauge',
    unit: '1',
    description: 'Links in memory.',
    attributes: [],
  },
  redirect_change_feed_age_seconds: {
    kind: 'gauge',
    unit: 's',
    description:
      'Since the change feed was last read to its end. Edits are invisible while it grows.',
    attributes: [],
  },
  redirect_memory_age_seconds: {
    kind: 'gauge',
    unit: 's',
    description:
      'Since the links in memory were last known to be current, by this process or the one that left them on disk.',
    attributes: [],
  },
  redirect_stale_limit_seconds: {
    kind: 'gauge',
    unit: 's',
    description: 'Age from which memory is not believed any more.',
    attributes: [],
  },
  redirect_change_feed_delay_seconds: {
    kind: 'histogram',
    unit: 's',
    description: 'From the commit of a change to its effect here. Edit propagation SLI.',
    attributes: [],
    buckets: [0.05, 0.1, 0.2, editPropagation.sli.thresholdSeconds, 0.5, 1, 5, 30],
  },
  redirect_standing_delay_seconds: {
    kind: 'gauge',
    unit: 's',
    description: 'How long requests wait to be read. Loads are shed from 0.02, links from 0.05.',
    attributes: [],
  },
  redirect_refused_connections_total: {
    kind: 'counter',
    unit: '1',
    description: 'Connections closed because MAX_CONNECTIONS were open.',
    attributes: [],
  },
  redirect_replica_lag_seconds: {
    kind: 'gauge',
    unit: 's',
    description:
      'How far the replica that is furthest behind is behind the freshest database server.',
    attributes: [],
  },
  redirect_snapshot_age_seconds: {
    kind: 'gauge',
    unit: 's',
    description:
      'Since the hottest links were last on disk as they should be: what a restart with everything down begins with.',
    attributes: [],
  },
  redirect_snapshot_loaded_links: {
    kind: 'gauge',
    unit: '1',
    description: 'Links that this process took from the snapshot of its earlier life.',
    attributes: [],
  },
  redirect_clicks_total: {
    kind: 'counter',
    unit: '1',
    description:
      'Clicks by how they were kept: recorded, undurable (answered before the disk did), dropped.',
    attributes: ['kept'],
  },
  redirect_spool_unshipped_clicks: {
    kind: 'gauge',
    unit: '1',
    description: 'Numbers given out and not yet durable on the click log.',
    attributes: [],
  },
  redirect_spool_age_seconds: {
    kind: 'gauge',
    unit: 's',
    description: 'Of the oldest click that is not durable on the click log yet.',
    attributes: [],
  },
  redirect_orphan_clicks_total: {
    kind: 'counter',
    unit: '1',
    description: 'Unknown slugs asked for: recorded, or limited (too many in a short time).',
    attributes: ['kept'],
  },
  redirect_spool_bytes: {
    kind: 'gauge',
    unit: 'By',
    description: 'Size of the spool on disk.',
    attributes: [],
  },
  redirect_spool_limit_bytes: {
    kind: 'gauge',
    unit: 'By',
    description: 'Size from which on clicks are dropped.',
    attributes: [],
  },
  redirect_spool_publish_failures_total: {
    kind: 'counter',
    unit: '1',
    description: 'Batches that the click log did not take at once.',
    attributes: [],
  },
  ...linkWriteMetrics,
  analytics_requests_total: {
    kind: 'counter',
    unit: '1',
    description: 'API requests answered. Availability SLI: 1 - (5xx / total).',
    attributes: ['route', 'status'],
  },
  analytics_duration_seconds: {
    kind: 'histogram',
    unit: 's',
    description:
      'From the request head to the answer. Latency SLI: share at or below the threshold.',
    attributes: ['route'],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, analyticsLatency.sli.thresholdSeconds, 10],
  },
  analytics_records_total: {
    kind: 'counter',
    unit: '1',
    description:
      'Records taken from the click log: counted, counted_apart (orphans, the probe link), duplicate, dead_lettered, dropped, heartbeat.',
    attributes: ['outcome'],
  },
  analytics_click_delay_seconds: {
    kind: 'histogram',
    unit: 's',
    description:
      'From the redirect to the click in reports. Freshness SLI: share at or below the threshold.',
    attributes: [],
    buckets: [0.25, 0.5, 1, 2, clickFreshness.sli.thresholdSeconds, 10, 30, 60, 300],
  },
  analytics_ledger_clicks: {
    kind: 'gauge',
    unit: '1',
    description:
      'What became of numbered clicks: served = counted + in_flight + dead_lettered + dropped + lost.',
    attributes: ['account'],
  },
  analytics_ledger_difference: {
    kind: 'gauge',
    unit: '1',
    description:
      'Numbers that were durable on the click log ten minutes ago and were never counted. Completeness SLI: 0.',
    attributes: [],
  },
  analytics_ledger_age_seconds: {
    kind: 'gauge',
    unit: 's',
    description: 'Since the ledger was last read.',
    attributes: [],
  },
  analytics_oldest_unprocessed_seconds: {
    kind: 'gauge',
    unit: 's',
    description: 'Since the time up to which every answered click is in the reports.',
    attributes: [],
  },
  analytics_live_subscribers: {
    kind: 'gauge',
    unit: '1',
    description: 'Open connections to the live feed.',
    attributes: [],
  },
  analytics_gaps_total: {
    kind: 'counter',
    unit: '1',
    description:
      'Times a batch began beyond the stored offset, or the stored offset lay beyond the log.',
    attributes: ['kind'],
  },
  analytics_partition_lag_records: {
    kind: 'gauge',
    unit: '1',
    description:
      'Records of the click log that are not in the reports yet, in each partition, whoever reads it. Every process tells the same: take the maximum.',
    attributes: ['log', 'partition'],
  },
  analytics_consumer_age_seconds: {
    kind: 'gauge',
    unit: 's',
    description: 'Since the consumer last read the log to its end or stored a batch.',
    attributes: [],
  },
  ...dashboardMetrics,
  ...processMetrics,
} as const satisfies Record<string, Metric>
