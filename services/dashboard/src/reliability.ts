// What the page of reliability shows. Whatever is null is not known, and `unknown` says why.
import type { Ledger } from '@sleepwell/contracts/ledger'
import type { Slo } from '@sleepwell/contracts/slo'

export const services = ['redirect', 'link-write', 'analytics', 'dashboard'] as const
export type ServiceName = (typeof services)[number]

export const burnWindows = ['5m', '1h', '6h', '3d'] as const
export type BurnWindow = (typeof burnWindows)[number]

export interface SloState extends Pick<
  Slo,
  'id' | 'title' | 'service' | 'tier' | 'objective' | 'windowDays' | 'runbook'
> {
  /** Share of the budget of the whole window that is left: 1 all of it, 0 none, below it was overspent. */
  readonly budgetLeft: number | null
  /** 1: the budget lasts exactly its window; null: unknown, or nothing happened that could be good or bad. */
  readonly burnRates: Readonly<Record<BurnWindow, number | null>>
  readonly why: string | null
}

export interface ServiceState {
  readonly name: ServiceName
  /** null: nobody can say. */
  readonly up: boolean | null
  readonly instances: { readonly up: number; readonly all: number } | null
  readonly requestsPerSecond: number | null
  /** Of requests, within the last five minutes; as of the SLO of the service. */
  readonly failedShare: number | null
  readonly p50Seconds: number | null
  readonly p99Seconds: number | null
  /** Since the process that started last did. */
  readonly uptimeSeconds: number | null
  readonly why: string | null
}

export interface DependencyState {
  /** Such as `redis`, `primary`, `replica`, `link-write`. */
  readonly name: string
  /** Who leans on it. */
  readonly of: ServiceName
  readonly state: 'up' | 'tried' | 'down' | 'unknown'
  /** What it means, for people. */
  readonly words: string
}

export interface PipelineState {
  readonly spoolBytes: number | null
  readonly spoolLimitBytes: number | null
  /** Of the oldest click that is not durable on the click log. */
  readonly spoolAgeSeconds: number | null
  readonly unshippedClicks: number | null
  /** In the order of their names; what is on the click log and not in the reports. */
  readonly lagPerPartition: readonly PartitionLag[] | null
  /** Since the time up to which every answered click is in the reports. */
  readonly delaySeconds: number | null
}

export interface PartitionLag {
  /** Such as `kafka`. */
  readonly log: string
  readonly partition: string
  readonly records: number
}

export interface ReleaseState {
  readonly release: string
  readonly service: string
  readonly startedAt: string
  readonly endedAt: string | null
  /** Such as `released`, `rolled back`, `needs a person`. */
  readonly verdict: string
  readonly why: string | null
}

export interface DrillState {
  readonly drill: string
  readonly description: string
  readonly runs: number
  /** Of the last run, as all that follows. */
  readonly startedAt: string
  readonly redirectsAsked: number
  /** To fail, by the objective of redirects. */
  readonly redirectsAllowed: number
  readonly redirectsFailed: number
  /** Of them, those that what was broken on purpose did not answer itself; null: the drill did not tell them apart. */
  readonly redirectsFailedElsewhere: number | null
  /** Since the fault began; null: none failed. */
  readonly lastFailedSeconds: number | null
  readonly faultSeconds: number
  readonly clicksLost: number
  readonly clicksDoubled: number
  /** Acknowledged, and gone without a reason. */
  readonly writesLost: number
  /** Acknowledged, and gone with the disk or the region that was lost, as the drill expects. */
  readonly writesLostWithFault: number
  /** Each that did not hold, such as `lost click: 2`. */
  readonly violations: readonly string[]
  /** What the checker did not see when it was planted: then its zeros say nothing. */
  readonly unseen: readonly string[]
  readonly recoverySeconds: number | null
}

export interface Reliability {
  readonly asOf: string
  readonly source: 'prometheus' | 'services' | 'nothing'
  readonly slos: readonly SloState[]
  readonly services: readonly ServiceState[]
  readonly dependencies: readonly DependencyState[]
  readonly pipeline: PipelineState
  readonly ledger: Ledger | null
  readonly releases: readonly ReleaseState[] | null
  readonly drills: readonly DrillState[] | null
  /** Sentences. */
  readonly unknown: readonly string[]
}

/** What is measured, by whoever measures it. */
export interface Measured {
  readonly source: 'prometheus' | 'services'
  readonly slos: ReadonlyMap<string, Pick<SloState, 'budgetLeft' | 'burnRates' | 'why'>>
  readonly services: readonly ServiceState[]
  readonly breakers: readonly Breaker[]
  readonly pipeline: PipelineState
  readonly unknown: readonly string[]
}

export interface Breaker {
  readonly of: ServiceName
  readonly dependency: string
  /** 0: asked. 1: tried. 2: spared, as it did not answer. */
  readonly state: number
}

export const noBurnRates: SloState['burnRates'] = { '5m': null, '1h': null, '6h': null, '3d': null }
export const noPipeline: PipelineState = {
  spoolBytes: null,
  spoolLimitBytes: null,
  spoolAgeSeconds: null,
  unshippedClicks: null,
  lagPerPartition: null,
  delaySeconds: null,
}
