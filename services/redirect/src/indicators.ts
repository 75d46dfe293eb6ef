// The only file that creates instruments: one function per event.
import { metrics } from '@sleepwell/contracts/metrics'
import { createInstruments } from '@sleepwell/runtime/instruments'
import { connectionsOf } from '@sleepwell/runtime/observe-connections'
import { observeProcess } from '@sleepwell/runtime/observe-process'
import type { Pool } from 'pg'
import type { Kept } from './click-spool.ts'
import type { OrphanKept } from './record-orphan.ts'
import { readResults, tiers, type ReadResult, type Tier } from './resolve-link.ts'

export const outcomes = [
  'found',
  'probe',
  'absent',
  'early',
  'gone',
  'blocked',
  'unavailable',
  'unclaimed',
  'error',
  'shed',
  'limited',
] as const
export type Outcome = (typeof outcomes)[number]

export interface Gauges {
  readonly cachedLinks: () => number
  readonly feedAgeMs: () => number
  readonly memoryAgeMs: () => number
  readonly staleLimitHours: number
  readonly spoolBytes: () => number
  readonly spoolMaxMegabytes: number
  readonly unshippedClicks: () => number
  readonly spoolAgeMs: () => number
  /** How long requests wait to be read. */
  readonly standingMs: () => number
  readonly snapshotAgeMs: () => number
  /** That an earlier life has left. */
  readonly snapshotLinks: () => number
  /** Of each replica, nearest first. */
  readonly lagSeconds: () => readonly (number | undefined)[]
  readonly breakers: () => readonly (readonly [dependency: string, state: number])[]
  readonly databases: () => readonly { readonly name: string; readonly pool: Pool }[]
}

const instruments = createInstruments('redirect', metrics)
const requests = each(outcomes, (outcome) =>
  instruments.boundCounter('redirect_requests_total', { outcome }),
)
const duration = instruments.boundHistogram('redirect_duration_seconds')
const reads = each(tiers, (tier) =>
  each(readResults, (result) =>
    instruments.boundCounter('redirect_link_reads_total', { tier, result }),
  ),
)
const feedDelay = instruments.histogram('redirect_change_feed_delay_seconds')
const clicks = each(['recorded', 'undurable', 'dropped'], (kept) =>
  instruments.boundCounter('redirect_clicks_total', { kept }),
)
const orphans = each(['recorded', 'limited'], (kept) =>
  instruments.boundCounter('redirect_orphan_clicks_total', { kept }),
)
const refusedConnections = instruments.counter('redirect_refused_connections_total')
const publishFailures = instruments.counter('redirect_spool_publish_failures_total')

export function recordAnswer(outcome: Outcome, seconds: number): void {
  requests[outcome].add(1)
  // How fast a scan is refused says nothing about visitors.
  if (outcome !== 'limited') duration.record(seconds)
}

export function recordRead(tier: Tier, result: ReadResult): void {
  reads[tier][result].add(1)
}

export function recordFeedDelay(seconds: number): void {
  feedDelay.record(Math.max(0, seconds))
}

export function recordKept(kept: Kept, count: number): void {
  clicks[kept].add(count)
}

export function recordOrphan(kept: OrphanKept): void {
  orphans[kept].add(1)
}

export function recordPublishFailure(): void {
  publishFailures.add(1)
}

export function recordRefusedConnection(): void {
  refusedConnections.add(1)
}

export function observe(gauges: Gauges): void {
  instruments.gauge('redirect_cached_links', gauges.cachedLinks)
  instruments.gauge('redirect_change_feed_age_seconds', () => gauges.feedAgeMs() / 1000)
  instruments.gauge('redirect_memory_age_seconds', () => gauges.memoryAgeMs() / 1000)
  instruments.gauge('redirect_stale_limit_seconds', () => gauges.staleLimitHours * 3600)
  instruments.gauge('redirect_spool_bytes', gauges.spoolBytes)
  instruments.gauge('redirect_spool_limit_bytes', () => gauges.spoolMaxMegabytes * 1024 * 1024)
  instruments.gauge('redirect_spool_unshipped_clicks', gauges.unshippedClicks)
  instruments.gauge('redirect_spool_age_seconds', () => gauges.spoolAgeMs() / 1000)
  instruments.gauge('redirect_standing_delay_seconds', () => gauges.standingMs() / 1000)
  instruments.gauge('redirect_snapshot_age_seconds', () => gauges.snapshotAgeMs() / 1000)
  instruments.gauge('redirect_snapshot_loaded_links', gauges.snapshotLinks)
  instruments.gauges('dependency_breaker_state', () =>
    gauges.breakers().map(([dependency, state]) => [{ dependency }, state]),
  )
  instruments.gauges('database_connections', () =>
    connectionsOf(gauges.databases().map(({ name, pool }) => [name, pool])),
  )
  instruments.gauge('redirect_replica_lag_seconds', () =>
    Math.max(0, ...gauges.lagSeconds().filter((lag) => lag !== undefined)),
  )
}

/** A counter for each value of an attribute: all are there at 0, or a first failure would be no increase. */
function each<Value extends string, Bound>(
  values: readonly Value[],
  bind: (value: Value) => Bound,
): Record<Value, Bound> {
  return Object.fromEntries(values.map((value) => [value, bind(value)])) as Record<Value, Bound>
}

/** Until disposed. */
export const observeOwnProcess = (): Disposable => observeProcess(instruments)
