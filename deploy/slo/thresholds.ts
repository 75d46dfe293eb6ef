// What a release and a load test are judged by. Both follow from the SLOs: a release that would burn the budget faster than a
// page allows is not let through, and a load test that does is not passed.
import { burnRates, canary, type Slo, slos } from '@sleepwell/contracts/slo'
import {
  badRequests,
  badShare,
  badShareAboveStable,
  type CanaryScope,
  notFound,
  notFoundAboveStable,
  placeholders,
  requestsOf,
  restartsOf,
  unlessChance,
} from './canary-queries.ts'

/** A release of a service is good if all of its checks say so. */
export interface CanaryThresholds {
  readonly service: string
  /** Of the traffic. */
  readonly share: number
  /** Durations, as Prometheus writes them. */
  readonly watched: string
  readonly look: string
  /** In a row, of checks with a `most`: ends it early. */
  readonly badLooks: number
  readonly checks: readonly CanaryCheck[]
}

/** One number, and where it has to lie. No number: it does not. */
export interface CanaryCheck {
  /** kebab-case. */
  readonly name: string
  /** PromQL; one number without labels. */
  readonly query: string
  /** The same as long as it is watched, where it differs: no number while it may be chance. */
  readonly early?: string
  readonly least?: number
  readonly most?: number
  /** Only until the verdict: pods that have just started are slow, whatever they run. */
  readonly untilVerdict?: true
}

export interface LoadGate {
  readonly slo: string
  readonly service: string
  /** Share of bad requests in the test. */
  readonly most: number
  /** What a slow request is, where the SLO is one of latency. */
  readonly thresholdSeconds?: number
}

const fastest = burnRates[0].factor
const gated = [
  slos.redirectAvailability,
  slos.redirectLatency,
  slos.linkWriteAvailability,
  slos.linkWriteLatency,
] as const satisfies readonly Slo[]

/** Of each service that is released by a canary. */
export function canaryThresholds(scope = placeholders): CanaryThresholds[] {
  const { share, watched, look, badLooks } = canary
  return (['redirect', 'link-write'] as const).map((service) => {
    const own = gated.filter((slo) => slo.service === service)
    const checks = [
      ...own.flatMap((slo) => requestChecks(slo, scope)),
      { name: 'restarts', query: restartsOf(scope), most: 0 },
      ...own.flatMap((slo) => shareChecks(slo, scope)),
      ...(service === 'redirect' ? [notFoundCheck(scope)] : []),
    ]
    return { service, share, watched, look, badLooks, checks }
  })
}

function requestChecks({ sli }: Slo, scope: CanaryScope): CanaryCheck[] {
  if (sli.kind !== 'requests') return []
  const query = requestsOf(sli.counter, sli.valid ?? '', scope)
  return [{ name: 'requests', query, least: canary.leastRequests }]
}

/** Bad in itself, whatever the others do; and worse than the others, by more than chance. */
function shareChecks(slo: Slo, scope: CanaryScope): CanaryCheck[] {
  const fast = fastest * (1 - slo.objective)
  const check = (name: string, query: string, most: number): CanaryCheck => {
    const early = unlessChance(query, badRequests(slo, scope))
    const bound = rounded(Math.min(most, fast))
    const slow = slo.sli.kind === 'latency' && ({ untilVerdict: true } as const)
    return { name, query, early, most: bound, ...slow }
  }
  return [
    check(slo.id, badShare(slo, scope), 0.05),
    check(`${slo.id}-above-stable`, badShareAboveStable(slo, scope), 0.01),
  ]
}

function notFoundCheck(scope: CanaryScope): CanaryCheck {
  const query = notFoundAboveStable(scope)
  return {
    name: 'redirect-not-found-above-stable',
    query,
    early: unlessChance(query, notFound(scope)),
    most: canary.mostNotFoundAboveStable,
  }
}

export function loadGates(): LoadGate[] {
  return gated.map((slo) => ({
    slo: slo.id,
    service: slo.service,
    most: rounded(1 - slo.objective),
    ...(slo.sli.kind === 'latency' && { thresholdSeconds: slo.sli.thresholdSeconds }),
  }))
}

function rounded(share: number): number {
  return Number(share.toFixed(6))
}
