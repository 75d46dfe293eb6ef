// From what the services told of themselves in the last minutes. The budget of a month nobody remembers.
import { type Slo, slos } from '@sleepwell/contracts/slo'
import { type Metrics, sumOf } from './metrics-text.ts'
import { lagIn } from './partition-lag.ts'
import { quantileOf } from './quantile.ts'
import {
  type Measured,
  noBurnRates,
  type ServiceName,
  services,
  type ServiceState,
  type SloState,
} from './reliability.ts'
import { observed } from './requests-of.ts'
import type { Look, Watched } from './watch-services.ts'

/** @param why there is no Prometheus to ask */
export function measureByServices(watched: readonly Watched[], why: string): Measured {
  const noHistory = `${why}: what is left of a budget of 30 days nobody remembers.`
  const of = (name: string) => watched.filter(({ service, up }) => service === name && up)
  const latest = (name: string) => of(name).flatMap(({ looks }) => looks.at(-1)?.metrics ?? [])
  const gauge = (service: string, name: string, combine: (values: number[]) => number) => {
    const values = latest(service).flatMap(
      (metrics) => metrics.get(name)?.map(({ value }) => value) ?? [],
    )
    return values.length === 0 ? null : combine(values)
  }
  return {
    source: 'services',
    slos: new Map(
      Object.values(slos).map((slo) => [slo.id, stateOf(slo, of(slo.service), noHistory)]),
    ),
    services: services.map((name) =>
      serviceOf(
        name,
        watched.filter(({ service }) => service === name),
      ),
    ),
    breakers: services.flatMap((service) => breakersOf(service, latest(service))),
    pipeline: {
      spoolBytes: gauge('redirect', 'redirect_spool_bytes', sum),
      spoolLimitBytes: gauge('redirect', 'redirect_spool_limit_bytes', sum),
      spoolAgeSeconds: gauge('redirect', 'redirect_spool_age_seconds', max),
      unshippedClicks: gauge('redirect', 'redirect_spool_unshipped_clicks', sum),
      lagPerPartition: lagIn(
        latest('analytics').flatMap(
          (metrics) => metrics.get('analytics_partition_lag_records') ?? [],
        ),
      ),
      delaySeconds: gauge('analytics', 'analytics_oldest_unprocessed_seconds', max),
    },
    unknown: [noHistory],
  }
}

function stateOf(
  { sli, objective }: Slo,
  watched: readonly Watched[],
  noHistory: string,
): Pick<SloState, 'budgetLeft' | 'burnRates' | 'why'> {
  const ratio = badShare(sli, watched)
  const burnRate = ratio === null ? null : ratio / (1 - objective)
  const why =
    sli.kind === 'probe' ? `A monitor from outside tells Prometheus alone. ${noHistory}` : noHistory
  return { budgetLeft: null, burnRates: { ...noBurnRates, '5m': burnRate }, why }
}

/** Within the last minutes; null: nothing that could be good or bad. */
function badShare(sli: Slo['sli'], watched: readonly Watched[]): number | null {
  switch (sli.kind) {
    case 'requests': {
      const all = increase(watched, (metrics) => sumOf(metrics, sli.counter, sli.valid))
      return share(
        increase(watched, (metrics) => sumOf(metrics, sli.counter, sli.bad)),
        all,
      )
    }
    case 'latency': {
      const bound = `le="${sli.thresholdSeconds}"`
      const all = increase(watched, (metrics) => sumOf(metrics, `${sli.histogram}_count`))
      const fast = increase(watched, (metrics) => sumOf(metrics, `${sli.histogram}_bucket`, bound))
      return share(all - fast, all)
    }
    case 'zero': {
      const looks = watched.flatMap((one) => one.looks)
      return share(
        looks.filter(({ metrics }) => sumOf(metrics, sli.gauge) !== 0).length,
        looks.length,
      )
    }
    case 'probe':
      return null
  }
}

function serviceOf(name: ServiceName, watched: readonly Watched[]): ServiceState {
  const { counter, bad, valid, histogram } = observed[name]
  const living = watched.filter(({ up }) => up)
  const buckets = (metrics: Metrics) => metrics.get(`${histogram}_bucket`) ?? []
  const grown = new Map<number, number>()
  for (const { looks } of living) {
    for (const [sign, look] of [
      [-1, looks[0]],
      [1, looks.at(-1)],
    ] as const)
      for (const { labels, value } of look === undefined ? [] : buckets(look.metrics)) {
        const bound = labels.le === '+Inf' ? Infinity : Number(labels.le)
        grown.set(bound, (grown.get(bound) ?? 0) + sign * value)
      }
  }
  const all = increase(living, (metrics) => sumOf(metrics, counter, valid))
  const starts = living.flatMap(
    ({ looks }) => looks.at(-1)?.metrics.get('process_start_time_seconds')?.[0]?.value ?? [],
  )
  return {
    name,
    up: watched.length === 0 ? null : living.length > 0,
    instances: watched.length === 0 ? null : { up: living.length, all: watched.length },
    requestsPerSecond: rate(living, (metrics) => sumOf(metrics, counter)),
    failedShare: share(
      increase(living, (metrics) => sumOf(metrics, counter, bad)),
      all,
    ),
    p50Seconds: quantileOf(grown, 0.5),
    p99Seconds: quantileOf(grown, 0.99),
    uptimeSeconds: starts.length === 0 ? null : Date.now() / 1000 - max(starts),
    why: watched.length === 0 ? `Nobody said where ${name} tells how it is (ADMIN_URLS).` : null,
  }
}

/** Of a counter, from the first look to the last. */
function increase(watched: readonly Watched[], read: (metrics: Metrics) => number): number {
  return sum(watched.map(({ looks }) => between(looks, read)?.grown ?? 0))
}

function rate(watched: readonly Watched[], read: (metrics: Metrics) => number): number | null {
  const rates = watched.flatMap(({ looks }) => {
    const found = between(looks, read)
    return found === undefined ? [] : (found.grown * 1000) / found.ms
  })
  return rates.length === 0 ? null : sum(rates)
}

function between(looks: readonly Look[], read: (metrics: Metrics) => number) {
  const [first, last] = [looks[0], looks.at(-1)]
  if (first === undefined || last === undefined || first === last) return undefined
  return { grown: read(last.metrics) - read(first.metrics), ms: last.at - first.at }
}

function breakersOf(of: ServiceName, metrics: readonly Metrics[]): Measured['breakers'] {
  const worst = new Map<string, number>()
  for (const one of metrics)
    for (const { labels, value } of one.get('dependency_breaker_state') ?? []) {
      const { dependency = '' } = labels
      worst.set(dependency, Math.max(value, worst.get(dependency) ?? 0))
    }
  return [...worst].map(([dependency, state]) => ({ of, dependency, state }))
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const max = (values: readonly number[]) => Math.max(...values)
const share = (part: number, all: number) => (all > 0 ? part / all : null)
