// From Prometheus, by the rules that it records anyway (deploy/prometheus/slo.rules.yml).
import { slos } from '@sleepwell/contracts/slo'
import { lagIn } from './partition-lag.ts'
import type { Sample } from './prometheus.ts'
import {
  type BurnWindow,
  burnWindows,
  type Measured,
  type ServiceName,
  services,
  type ServiceState,
  type SloState,
} from './reliability.ts'
import { observed } from './requests-of.ts'

type Ask = (query: string) => Promise<readonly Sample[]>

const jobs = `job=~"${services.join('|')}"`
const quiet = 'Nothing happened yet that could be good or bad.'
const noLag = 'How many records wait in each partition of the click log: analytics does not tell.'

/** @throws when Prometheus cannot be asked */
export async function measureByPrometheus(ask: Ask): Promise<Measured> {
  const one = async (query: string) => only(await ask(query))
  const [budgets, burns, states, breakers, lag, numbers] = await Promise.all([
    ask('slo:period_error_budget_remaining:ratio'),
    Promise.all(burnWindows.map((window) => ask(`slo:sli_error:ratio_rate${window}`))),
    Promise.all(services.map((name) => askService(name, ask, one))),
    ask(`max by (job, dependency) (dependency_breaker_state{${jobs}})`),
    ask('max by (log, partition) (analytics_partition_lag_records)'),
    Promise.all([
      one('sum(redirect_spool_bytes)'),
      one('sum(redirect_spool_limit_bytes)'),
      one('max(redirect_spool_age_seconds)'),
      one('sum(redirect_spool_unshipped_clicks)'),
      one('max(analytics_oldest_unprocessed_seconds)'),
    ]),
  ])
  const [spoolBytes, spoolLimitBytes, spoolAgeSeconds, unshippedClicks, delaySeconds] = numbers
  const lagPerPartition = lagIn(lag)
  return {
    source: 'prometheus',
    slos: new Map(
      Object.values(slos).map(({ id, objective }) => [id, stateOf(id, objective, budgets, burns)]),
    ),
    services: states,
    breakers: breakers.map(({ labels, value }) => ({
      of: labels.job as ServiceName,
      dependency: labels.dependency ?? '',
      state: value,
    })),
    pipeline: {
      spoolBytes,
      spoolLimitBytes,
      spoolAgeSeconds,
      unshippedClicks,
      lagPerPartition,
      delaySeconds,
    },
    unknown: lagPerPartition === null ? [noLag] : [],
  }
}

function stateOf(
  id: string,
  objective: number,
  budgets: readonly Sample[],
  burns: readonly (readonly Sample[])[],
): Pick<SloState, 'budgetLeft' | 'burnRates' | 'why'> {
  const of = (samples: readonly Sample[] | undefined) =>
    only(samples?.filter(({ labels }) => labels.slo === id) ?? [])
  const budgetLeft = of(budgets)
  const rates = burnWindows.map((window, i) => {
    const ratio = of(burns[i])
    return [window, ratio === null ? null : ratio / (1 - objective)] as const
  })
  return {
    budgetLeft,
    burnRates: Object.fromEntries(rates) as Record<BurnWindow, number | null>,
    why: budgetLeft === null ? quiet : null,
  }
}

async function askService(
  name: ServiceName,
  ask: Ask,
  one: (query: string) => Promise<number | null>,
): Promise<ServiceState> {
  const { counter, bad, valid = '', histogram } = observed[name]
  const quantile = (q: number) =>
    one(`histogram_quantile(${q}, sum by (le) (rate(${histogram}_bucket[5m])))`)
  const [ups, requestsPerSecond, failedShare, p50Seconds, p99Seconds, uptimeSeconds] =
    await Promise.all([
      ask(`up{job="${name}"}`),
      one(`sum(rate(${counter}[5m]))`),
      one(
        `(sum(rate(${counter}{${bad}}[5m])) or vector(0)) / (sum(rate(${counter}{${valid}}[5m])) > 0)`,
      ),
      quantile(0.5),
      quantile(0.99),
      one(`time() - max(process_start_time_seconds{job="${name}"})`),
    ])
  const up = ups.filter(({ value }) => value === 1).length
  return {
    name,
    up: ups.length === 0 ? null : up > 0,
    instances: ups.length === 0 ? null : { up, all: ups.length },
    requestsPerSecond,
    failedShare,
    p50Seconds,
    p99Seconds,
    uptimeSeconds,
    why: ups.length === 0 ? `Prometheus does not watch ${name}.` : null,
  }
}

/** Of a query that answers with one number. */
function only(samples: readonly Sample[]): number | null {
  const value = samples[0]?.value
  return value === undefined || !Number.isFinite(value) ? null : value
}
