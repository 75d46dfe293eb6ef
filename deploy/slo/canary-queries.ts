// What Prometheus is asked about a release that runs beside the others: by the Rollout in a cluster, by `npm run release` on
// plain hosts. Visits of the probe link count as good ones, so that there is something to judge where visitors are few; no more
// of them than `canary.leastRequests`, or they would hide what befalls visitors.
import { canary, type Slo } from '@sleepwell/contracts/slo'
import { queryOf, series } from './sli-query.ts'

/** Matchers without braces that tell the two apart, and a duration; or what stands for them until they are known. */
export interface CanaryScope {
  readonly canary: string
  readonly stable: string
  readonly window: string
}

/** In files that are filled in later. */
export const placeholders: CanaryScope = {
  canary: '$CANARY',
  stable: '$STABLE',
  window: '$WINDOW',
}

const redirects = 'redirect_requests_total'
const ledNowhere = 'outcome=~"absent|early|gone|blocked"'

/** Requests that the canary has answered; 0 if Prometheus knows nothing of it. */
export function requestsOf(
  counter: string,
  valid: string,
  { canary, window }: CanaryScope,
): string {
  return `sum(increase(${series(counter, valid, canary)}[${window}])) or vector(0)`
}

/** How often the canary began anew. No number while it reports nothing. */
export function restartsOf({ canary, window }: CanaryScope): string {
  return `sum(changes(${series('process_start_time_seconds', canary)}[${window}]))`
}

/** Share of the canary's requests that were bad. */
export function badShare(slo: Slo, { canary, window }: CanaryScope): string {
  return queryOf(slo, canary).errorRatio(window)
}

/** The same less that of the others. Where those have no requests the canary has to be as good as if they had no bad ones. */
export function badShareAboveStable(slo: Slo, { canary, stable, window }: CanaryScope): string {
  const among = (whom: string) => queryOf(slo, whom).errorRatio(window)
  return above(among(canary), among(stable))
}

/** A share of which something is to be said before the end: none as long as there are so few bad requests that it may be chance. */
export function unlessChance(share: string, bad: string): string {
  return `(${share}) and on () (${bad} >= ${canary.leastBad})`
}

export function badRequests(slo: Slo, { canary, window }: CanaryScope): string {
  const bad = queryOf(slo, canary).badEvents(window)
  if (bad === undefined) throw new Error(`${slo.id} counts no bad requests`)
  return bad
}

/** Redirects of the canary that led nowhere. */
export function notFound({ canary, window }: CanaryScope): string {
  return `sum(increase(${series(redirects, ledNowhere, canary)}[${window}]))`
}

/** Share of redirects that led nowhere, as it may be right, less that of the others. */
export function notFoundAboveStable({ canary, stable, window }: CanaryScope): string {
  const among = (whom: string) => {
    const nowhere = series(redirects, ledNowhere, whom)
    const all = series(redirects, 'outcome!~"limited|unclaimed"', whom)
    return `sum(rate(${nowhere}[${window}])) / (sum(rate(${all}[${window}])) > 0)`
  }
  return above(among(canary), among(stable))
}

function above(one: string, other: string): string {
  return `(${one}) - ((${other}) or vector(0))`
}
