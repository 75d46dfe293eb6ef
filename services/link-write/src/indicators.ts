import { linkWriteRoutes } from '@sleepwell/contracts/link-write-routes'
import { metrics } from '@sleepwell/contracts/metrics'
import { labelsOf } from '@sleepwell/runtime/api-routes'
import { createInstruments } from '@sleepwell/runtime/instruments'
import { type BackupOptions, observeBackups } from '@sleepwell/runtime/observe-backups'
import { connectionsOf } from '@sleepwell/runtime/observe-connections'
import { observeProcess } from '@sleepwell/runtime/observe-process'
import type { Pool } from 'pg'
import type { FollowedBlocklist } from './follow-blocklist.ts'

const instruments = createInstruments('link-write', metrics)
const requests = instruments.counter('link_write_requests_total')
const duration = instruments.histogram('link_write_duration_seconds')

const routes = [...labelsOf(linkWriteRoutes), 'none']
const known = new Set(routes)

// A series that begins with its first failure hides that failure from rate().
for (const route of routes)
  for (const status of ['200', '500', '503']) requests.add(0, { route, status })

/** One request answered; a route that is not ours, such as one with another method, counts as `none`. */
export function answered(route: string, status: number, seconds: number): void {
  const label = known.has(route) ? route : 'none'
  requests.add(1, { route: label, status: String(status) })
  duration.record(seconds, { route: label })
}

const looks = instruments.counter('link_write_blocklist_loads_total')
for (const outcome of ['loaded', 'refused']) looks.add(0, { outcome })

/** A changed blocklist was looked at. */
export function blocklistLooked(outcome: 'loaded' | 'refused'): void {
  looks.add(1, { outcome })
}

export function observeBlocklist({
  current,
  isRefused,
}: Pick<FollowedBlocklist, 'current' | 'isRefused'>): void {
  instruments.gauge('link_write_blocklist_entries', () => current()?.entries ?? 0)
  instruments.gauge('link_write_blocklist_refused', () => Number(isRefused()))
}

export function observeConnections(pool: Pool): void {
  instruments.gauges('database_connections', () => connectionsOf([['primary', pool]]))
}

/** Until disposed. */
export const observeOwnBackups = (options: Pick<BackupOptions, 'read' | 'failed'>) =>
  observeBackups(instruments, { ...options, database: 'links' })

/** Until disposed. */
export const observeOwnProcess = (): Disposable => observeProcess(instruments)
