// What a release and a load test are judged by. Both follow from the SLOs: a release that would burn the budget faster than a
// page allows is not let through, and a load test that does is not passed.
import { burnRates, type Slo, slos } from '@sleepwell/contracts/slo'
import { queryOf, series } from './sli-query.ts'

/** For one service: PromQL with `$CANARY` and `$STABLE` for the matchers that tell the two apart. */
export interface CanaryThresholds {
  readonly service: string
  /** Fewer requests than this decide nothing. */
  readonly leastRequests: number
  readonly requests: string
  readonly checks: readonly CanaryCheck[]
}

export interface CanaryCheck {
  readonly name: string
  /** Share of bad requests, of the canary and of those beside it. */
  readonly canary: string
  readonly stable: string
  /** Above it the canary is bad, whatever the others do. */
  readonly most: number
  /** Above it the canary is worse than the others, and above what chance does. */
  readonly mostAboveStable: number
}

export interface LoadGate {
  readonly slo: string
  readonly service: string
  /** Share of bad requests in the test. */
  readonly most: number
  /** What a slow request is, where the SLO is one of latency. */
  readonly thresholdSeconds?: number
}

const window = '5m'
const leastRequests = 300
const fastest = burnRates[0].factor
const gated = [
  slos.redirectAvailability,
  slos.redirectLatency,
  slos.linkWriteAvailability,
  slos.linkWriteLatency,
] as const satisfies readonly Slo[]

export function canaryThresholds(): CanaryThresholds[] {
  const services = [...new Set(gated.map(({ service }) => service))]
  return services.map((service) => {
    const own = gated.filter((slo) => slo.service === service)
    const requests = own.find(({ sli }) => sli.kind === 'requests')?.sli
    if (requests?.kind !== 'requests') throw new Error(`${service} has no SLO of requests`)
    const all = series(requests.counter, 'valid' in requests ? requests.valid : '', '$CANARY')
    return {
      service,
      leastRequests,
      requests: `sum(increase(${all}[${window}]))`,
      checks: own.map(checkOf),
    }
  })
}

function checkOf(slo: Slo): CanaryCheck {
  const budget = 1 - slo.objective
  const among = (whom: string) => queryOf(slo, whom).errorRatio(window)
  return {
    name: slo.id,
    canary: among('$CANARY'),
    stable: among('$STABLE'),
    most: rounded(Math.min(0.05, fastest * budget)),
    mostAboveStable: rounded(Math.min(0.01, fastest * budget)),
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
