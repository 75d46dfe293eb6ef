import type { Ledger } from '@sleepwell/contracts/ledger'
import { slos } from '@sleepwell/contracts/slo'
import { describeDependency } from './dependency-words.ts'
import {
  type Breaker,
  type DependencyState,
  type Measured,
  noBurnRates,
  noPipeline,
  type Reliability,
  services,
  type SloState,
} from './reliability.ts'

export interface ReliabilityDeps {
  /** A sentence where nothing can be measured. */
  readonly measure: () => Promise<Measured | string>
  readonly readLedger: (apiKey: string) => Promise<Ledger | string>
  readonly readReleases: () => Promise<Reliability['releases'] | string>
  readonly readDrills: () => Promise<Reliability['drills'] | string>
  readonly now: () => number
}

/** Everything there is to know; what cannot be asked is named, and keeps nothing else from being shown. */
export async function readReliability(deps: ReliabilityDeps, apiKey: string): Promise<Reliability> {
  const [measured, ledger, releases, drills] = await Promise.all([
    deps.measure(),
    deps.readLedger(apiKey),
    deps.readReleases(),
    deps.readDrills(),
  ])
  const silent = typeof measured === 'string' ? measured : undefined
  const known = typeof measured === 'string' ? nothing(measured) : measured
  return {
    asOf: new Date(deps.now()).toISOString(),
    source: typeof measured === 'string' ? 'nothing' : measured.source,
    slos: Object.values(slos).map((slo): SloState => {
      const { id, title, service, tier, objective, windowDays, runbook } = slo
      const state = known.slos.get(id) ?? {
        budgetLeft: null,
        burnRates: noBurnRates,
        why: silent ?? 'Nothing was measured.',
      }
      return { id, title, service, tier, objective, windowDays, runbook, ...state }
    }),
    services: known.services,
    dependencies: known.breakers.map(show),
    pipeline: known.pipeline,
    ledger: typeof ledger === 'string' ? null : ledger,
    releases: typeof releases === 'string' ? null : releases,
    drills: typeof drills === 'string' ? null : drills,
    unknown: [...known.unknown, ledger, releases, drills].filter((one) => typeof one === 'string'),
  }
}

function nothing(why: string): Omit<Measured, 'source'> {
  const unmeasured = {
    up: null,
    instances: null,
    requestsPerSecond: null,
    failedShare: null,
    p50Seconds: null,
    p99Seconds: null,
    uptimeSeconds: null,
    why,
  }
  return {
    slos: new Map(),
    services: services.map((name) => ({ name, ...unmeasured })),
    breakers: [],
    pipeline: noPipeline,
    unknown: [why],
  }
}

function show({ of, dependency, state }: Breaker): DependencyState {
  const shown = state === 0 ? 'up' : state === 1 ? 'tried' : 'down'
  return { name: dependency, of, state: shown, words: describeDependency(of, dependency, shown) }
}
