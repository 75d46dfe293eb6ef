// Where a release takes place, and what each of its steps needs.
import type { Balancers } from './balancers.ts'
import { createBalancers } from './balancers.ts'
import type { VisitFloor } from './floor.ts'
import { createVisit } from './floor.ts'
import { createHaproxy } from './haproxy.ts'
import type { Inventory } from './inventory.ts'
import { createPrometheus, type Prometheus } from './prometheus.ts'
import type { ReleaseRecord } from './record.ts'
import { readThresholds, type Thresholds } from './thresholds.ts'

export interface Place {
  readonly inventory: Inventory
  readonly balancers: Balancers
  readonly prometheus: Prometheus
  readonly thresholds: Thresholds
  /** Undefined: the inventory wants none. */
  readonly visit: VisitFloor | undefined
  /** Tells what happens, to people and to the record. */
  readonly say: (what: string) => void
  /** Keeps what was looked at. */
  readonly keep: (look: ReleaseRecord['looks'][number]) => void
}

export function openPlace(
  inventory: Inventory,
  timeScale: number,
  { say, keep }: Pick<Place, 'say' | 'keep'>,
): Place {
  const { service, servers, haproxy, backends, floor } = inventory
  const names = servers.map(({ name }) => name)
  return {
    inventory,
    balancers: createBalancers(haproxy.map(createHaproxy), backends, names),
    prometheus: createPrometheus(inventory.prometheus),
    thresholds: readThresholds(service, timeScale),
    visit: floor && createVisit(floor),
    say,
    keep,
  }
}
