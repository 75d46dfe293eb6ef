// The only file that creates instruments: one function per event.
import { metrics } from '@sleepwell/contracts/metrics'
import { createInstruments } from '@sleepwell/runtime/instruments'
import type { Kept } from './click-spool.ts'
import type { OrphanKept } from './record-orphan.ts'
import type { ReadResult, Tier } from './resolve-link.ts'

export const outcomes = [
  'found',
  'absent',
  'early',
  'gone',
  'blocked',
  'unavailable',
  'unclaimed',
  'error',
] as const
export type Outcome = (typeof outcomes)[number]

export interface Gauges {
  readonly cachedLinks: () => number
  readonly feedAgeMs: () => number
  readonly spoolBytes: () => number
  readonly unshippedClicks: () => number
  readonly spoolAgeMs: () => number
  /** Of each replica, nearest first. */
  readonly lagSeconds: () => readonly (number | undefined)[]
}

const instruments = createInstruments('redirect', metrics)
const requests = instruments.counter('redirect_requests_total')
const duration = instruments.histogram('redirect_duration_seconds')
const reads = instruments.counter('redirect_link_reads_total')
const feedDelay = instruments.histogram('redirect_change_feed_delay_seconds')
const clicks = instruments.counter('redirect_clicks_total')
const orphans = instruments.counter('redirect_orphan_clicks_total')
const publishFailures = instruments.counter('redirect_spool_publish_failures_total')

// Counters exist at 0 before their first event, or a first failure would be no increase.
for (const outcome of outcomes) requests.add(0, { outcome })
for (const kept of ['recorded', 'undurable', 'dropped'] as const) clicks.add(0, { kept })
for (const kept of ['recorded', 'limited'] as const) orphans.add(0, { kept })
publishFailures.add(0)

export function recordAnswer(outcome: Outcome, seconds: number): void {
  requests.add(1, { outcome })
  duration.record(seconds)
}

export function recordRead(tier: Tier, result: ReadResult): void {
  reads.add(1, { tier, result })
}

export function recordFeedDelay(seconds: number): void {
  feedDelay.record(Math.max(0, seconds))
}

export function recordKept(kept: Kept, count: number): void {
  clicks.add(count, { kept })
}

export function recordOrphan(kept: OrphanKept): void {
  orphans.add(1, { kept })
}

export function recordPublishFailure(): void {
  publishFailures.add(1)
}

export function observe(gauges: Gauges): void {
  instruments.gauge('redirect_cached_links', gauges.cachedLinks)
  instruments.gauge('redirect_change_feed_age_seconds', () => gauges.feedAgeMs() / 1000)
  instruments.gauge('redirect_spool_bytes', gauges.spoolBytes)
  instruments.gauge('redirect_spool_unshipped_clicks', gauges.unshippedClicks)
  instruments.gauge('redirect_spool_age_seconds', () => gauges.spoolAgeMs() / 1000)
  instruments.gauge('redirect_replica_lag_seconds', () =>
    Math.max(0, ...gauges.lagSeconds().filter((lag) => lag !== undefined)),
  )
}
