import { analyticsRoutes } from '@sleepwell/contracts/analytics-routes'
import { metrics } from '@sleepwell/contracts/metrics'
import type { Ledger } from '@sleepwell/contracts/ledger'
import type { DatabaseSet } from '@sleepwell/runtime/database-set'
import { labelsOf } from '@sleepwell/runtime/api-routes'
import { createInstruments } from '@sleepwell/runtime/instruments'
import { type BackupOptions, observeBackups } from '@sleepwell/runtime/observe-backups'
import { connectionsOf } from '@sleepwell/runtime/observe-connections'
import { observeProcess } from '@sleepwell/runtime/observe-process'
import type { Pool } from 'pg'
import type { ClickBatch } from './click-batch.ts'
import type { PartitionLag } from './watch-lag.ts'
import type { Stored } from './store-parts.ts'

const instruments = createInstruments('analytics', metrics)
const requests = instruments.counter('analytics_requests_total')
const duration = instruments.histogram('analytics_duration_seconds')
const records = instruments.counter('analytics_records_total')
const delay = instruments.histogram('analytics_click_delay_seconds')
const gaps = instruments.counter('analytics_gaps_total')

/** Answers that take as long as the client takes them: their duration says nothing about us. */
const { exportClicks, followLive } = analyticsRoutes
const streamed = labelsOf({ exportClicks, followLive })
const routes = [...labelsOf(analyticsRoutes), 'none']
const known = new Set(routes)

// A series that begins with its first failure hides that failure from rate().
for (const route of routes)
  for (const status of ['200', '500', '503']) requests.add(0, { route, status })
for (const outcome of [
  'counted',
  'counted_apart',
  'duplicate',
  'dead_lettered',
  'dropped',
  'heartbeat',
])
  records.add(0, { outcome })
for (const kind of ['gap', 'beyond_end']) gaps.add(0, { kind })

/** One request answered; a route that is not ours, such as one with another method, counts as `none`. */
export function answered(route: string, status: number, seconds: number): void {
  const label = known.has(route) ? route : 'none'
  requests.add(1, { route: label, status: String(status) })
  if (!streamed.includes(label)) duration.record(seconds, { route: label })
}

/** A batch is in the reports, as of `now`. */
export function stored(
  batch: ClickBatch,
  { counted, apart, deadLetters }: Stored,
  now: number,
): void {
  const read = batch.clicks.length + batch.apart.length + batch.deadLetters.length
  const kept = counted.length + apart.length + deadLetters.length
  records.add(counted.length, { outcome: 'counted' })
  records.add(apart.length, { outcome: 'counted_apart' })
  records.add(deadLetters.length, { outcome: 'dead_lettered' })
  records.add(read - kept, { outcome: 'duplicate' })
  records.add(batch.dropped.length, { outcome: 'dropped' })
  records.add(batch.heartbeats.length, { outcome: 'heartbeat' })
  for (const { at } of counted) delay.record(Math.max(0, now - at.getTime()) / 1000)
}

/** What the log delivered does not join what was read before. */
export function gap(kind: 'gap' | 'beyond_end'): void {
  gaps.add(1, { kind })
}

/** `ageSeconds` is asked at each scrape. */
export function observeConsumer(ageSeconds: () => number): void {
  instruments.gauge('analytics_consumer_age_seconds', ageSeconds)
}

/** `lag` is asked at each scrape; a log whose end is not known has none. */
export function observeLag(lag: () => readonly PartitionLag[]): void {
  instruments.gauges('analytics_partition_lag_records', () =>
    lag().map(({ log, partition, records }) => [{ log, partition: `${partition}` }, records]),
  )
}

const accounts = [
  ['served', 'served'],
  ['counted', 'counted'],
  ['in_flight', 'inFlight'],
  ['dead_lettered', 'deadLettered'],
  ['dropped', 'dropped'],
  ['lost', 'lost'],
] as const

/** The ledger as it was last read, and how long ago that was; nothing before the first time. */
export function observeLedger(
  last: () => { readonly ledger: Ledger; readonly ageSeconds: number } | undefined,
): void {
  const ofLast = (what: (ledger: Ledger, ageSeconds: number) => number) => () => {
    const read = last()
    return read === undefined ? undefined : what(read.ledger, read.ageSeconds)
  }
  instruments.gauges('analytics_ledger_clicks', () => {
    const totals = last()?.ledger.totals
    if (totals === undefined) return []
    return accounts.map(([account, name]) => [{ account }, totals[name]] as const)
  })
  instruments.gauge(
    'analytics_ledger_difference',
    ofLast(({ totals }) => totals.difference),
  )
  instruments.gauge(
    'analytics_ledger_age_seconds',
    ofLast((_ledger, ageSeconds) => ageSeconds),
  )
  instruments.gauge(
    'analytics_oldest_unprocessed_seconds',
    ofLast(({ asOf, dataThrough }, ageSeconds) =>
      dataThrough === null ? 0 : (Date.parse(asOf) - Date.parse(dataThrough)) / 1000 + ageSeconds,
    ),
  )
}

export function observeFollowers(count: () => number): void {
  instruments.gauge('analytics_live_subscribers', count)
}

/** @param own pools of the analytics database, by what they are for; @param links servers of the links database */
export function observeDatabases(
  own: Readonly<Record<string, Pool>>,
  links: Pick<DatabaseSet, 'servers'>,
): void {
  instruments.gauges('database_connections', () =>
    connectionsOf([
      ...Object.entries(own),
      ...links.servers().map(({ name, pool }) => [`links-${name}`, pool] as const),
    ]),
  )
  instruments.gauges('dependency_breaker_state', () =>
    links.servers().map(({ name, breaker }) => [{ dependency: `links-${name}` }, breaker]),
  )
}

/** Until disposed. */
export const observeOwnBackups = (options: Pick<BackupOptions, 'read' | 'failed'>) =>
  observeBackups(instruments, { ...options, database: 'analytics' })

/** Until disposed. */
export const observeOwnProcess = (): Disposable => observeProcess(instruments)
