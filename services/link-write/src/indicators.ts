import { metrics } from '@sleepwell/contracts/metrics'
import { createInstruments } from '@sleepwell/runtime/instruments'
import { connectionsOf } from '@sleepwell/runtime/observe-connections'
import { observeProcess } from '@sleepwell/runtime/observe-process'
import type { Pool } from 'pg'

const instruments = createInstruments('link-write', metrics)
const requests = instruments.counter('link_write_requests_total')
const duration = instruments.histogram('link_write_duration_seconds')

const routes = [
  'POST /v1/links',
  'GET /v1/links',
  'GET /v1/links/:id',
  'PATCH /v1/links/:id',
  'DELETE /v1/links/:id',
  'none',
]
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

export function observeConnections(pool: Pool): void {
  instruments.gauges('database_connections', () => connectionsOf([['primary', pool]]))
}

/** Until disposed. */
export const observeOwnProcess = (): Disposable => observeProcess(instruments)
