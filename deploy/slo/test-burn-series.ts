import type { Slo } from '@sleepwell/contracts/slo'
import { burnAlertName } from './burn-rate-rules.ts'
import { countingEvery, type Firing, type Stretches } from './test-alert-case.ts'

/** Of a case of hours, of one of days, and of one of minutes: rules see no less than they need, and promtool is done soon. */
export const hours = { scrape: 120, evaluate: 300 }
export const days = { scrape: 120, evaluate: 3600 }
export const minutes = { scrape: 10, evaluate: 60 }

export function named(slo: Slo) {
  const firing =
    (severity: string) =>
    (share: number): Firing => ({
      severity,
      description: `${percent(share)}% of events are bad; ${percent(1 - slo.objective)} % may be.`,
    })
  return { alert: burnAlertName(slo), page: firing('page'), ticket: firing('ticket') }
}

/** As `humanizePercentage` has it. */
function percent(share: number): string {
  return String(Number((share * 100).toPrecision(4)))
}

/** So many good and so many bad events a second, for so long. */
export function seriesOf(
  { sli }: Slo,
  good: Stretches<number>,
  bad: Stretches<number>,
): Record<string, string> {
  const counting = countingEvery(hours.scrape)
  switch (sli.kind) {
    case 'requests': {
      const [goodOnes, badOnes] = sli.bad.startsWith('outcome')
        ? ['outcome="found"', 'outcome="unavailable"']
        : ['status="200"', 'status="503"']
      return {
        [`${sli.counter}{instance="a",${goodOnes}}`]: counting(...good),
        [`${sli.counter}{instance="a",${badOnes}}`]: counting(...bad),
      }
    }
    case 'latency': {
      const bound = `le="${sli.thresholdSeconds}"`
      const all = good.map(([perSecond, lasting], i) => {
        const [more = 0] = bad[i] ?? []
        return [perSecond + more, lasting] as const
      })
      return {
        [`${sli.histogram}_bucket{instance="a",${bound}}`]: counting(...good),
        [`${sli.histogram}_count{instance="a"}`]: counting(...all),
      }
    }
    default:
      throw new Error(`${sli.kind} is not made of events`)
  }
}

/** A hundred events a second, of which so many times what the budget allows are bad. */
export function burningAt(slo: Slo) {
  return (...burns: Stretches<number>): Record<string, string> => {
    const bad = burns.map(([factor, lasting]) => {
      return [100 * factor * (1 - slo.objective), lasting] as const
    })
    const good = bad.map(([perSecond, lasting]) => [100 - perSecond, lasting] as const)
    return seriesOf(slo, good, bad)
  }
}
