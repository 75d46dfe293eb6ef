// From an SLI to PromQL. Nothing is averaged over processes or estimated from a quantile: events are counted.
import type { Slo } from '@sleepwell/contracts/slo'

export interface SliQuery {
  /** Share of bad events in a window; no series without any event. */
  readonly errorRatio: (window: string) => string
  /** Bad events in a window; undefined where the SLI is no matter of events. */
  readonly badEvents: (window: string) => string | undefined
  /** What the share is made of, to be recorded first; undefined: of what processes report. */
  readonly record?: { readonly record: string; readonly expr: string }
  /** Bad and all events a second: what a longer ratio is weighted by. Undefined as above. */
  readonly rates: (window: string) => { readonly bad: string; readonly all: string } | undefined
}

/** @param among further matchers, for numbers of processes: of some of them only */
export function queryOf({ id, sli }: Pick<Slo, 'id' | 'sli'>, among = ''): SliQuery {
  switch (sli.kind) {
    case 'requests': {
      const bad = series(sli.counter, sli.bad, among)
      const all = series(sli.counter, sli.valid ?? '', among)
      return counted(
        (fn, window) => `sum(${fn}(${bad}[${window}]))`,
        (fn, window) => `sum(${fn}(${all}[${window}]))`,
      )
    }
    case 'latency': {
      const within = bucket(sli.histogram, sli.thresholdSeconds, among)
      const count = series(`${sli.histogram}_count`, among)
      const all = (fn: string, window: string) => `sum(${fn}(${count}[${window}]))`
      // Rates are estimated to the ends of the window, of each series by itself: all may seem fewer than those in time.
      return counted(
        (fn, window) => `clamp_min(${all(fn, window)} - sum(${fn}(${within}[${window}])), 0)`,
        all,
      )
    }
    case 'probe': {
      const probes = series(sli.gauge, sli.matching, among)
      return {
        errorRatio: (window) => `1 - avg(avg_over_time(${probes}[${window}]))`,
        badEvents: (window) =>
          `(sum(count_over_time(${probes}[${window}])) - sum(sum_over_time(${probes}[${window}])))`,
        rates: () => undefined,
      }
    }
    case 'zero':
      return {
        record: { record: 'slo:sli_bad:now', expr: `max(${sli.gauge}) != bool 0` },
        errorRatio: (window) => `avg_over_time(slo:sli_bad:now{slo="${id}"}[${window}])`,
        badEvents: () => undefined,
        rates: () => undefined,
      }
  }
}

type Summed = (fn: 'rate' | 'increase', window: string) => string

function counted(bad: Summed, all: Summed): SliQuery {
  return {
    // Without `> 0` a quiet minute would be no number, and the average over a month none either.
    errorRatio: (window) => `${bad('rate', window)} / (${all('rate', window)} > 0)`,
    badEvents: (window) => bad('increase', window),
    rates: (window) => ({ bad: bad('rate', window), all: all('rate', window) }),
  }
}

export function series(name: string, ...matchers: readonly string[]): string {
  const some = matchers.filter((one) => one !== '')
  return some.length === 0 ? name : `${name}{${some.join(',')}}`
}

/** Prometheus 3 stores the bound 5 as "5.0"; its unit tests and older servers, as "5". */
export function bucket(histogram: string, seconds: number, among = ''): string {
  const bound = Number.isInteger(seconds) ? `le=~"${seconds}(\\\\.0)?"` : `le="${seconds}"`
  return series(`${histogram}_bucket`, bound, among)
}
