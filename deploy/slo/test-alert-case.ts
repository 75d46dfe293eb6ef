// What an alert is tried with: numbers as processes would report them, and what must be firing then.
import { millisecondsOf } from './duration.ts'

export interface AlertCase {
  readonly alert: string
  /** What it shows, as the end of "it fires when" or "it is silent when". */
  readonly when: string
  /** Set: so little happens that a share says nothing. */
  readonly quiet?: true
  /** By series, in promtool's notation, from the beginning on; made by the functions below. */
  readonly series: Readonly<Record<string, string>>
  readonly at: string
  /** When it is so already, and has not lasted yet: silent. */
  readonly notYetAt?: string
  /** Seconds between scrapes, and between evaluations; for what needs days. */
  readonly steps?: { readonly scrape: number; readonly evaluate: number }
  /** All that have this alert's name then; absent: it is silent. */
  readonly firing?: readonly Firing[]
}

export interface Firing {
  /** Beside those that its rule gives it. */
  readonly labels?: Readonly<Record<string, string>>
  /** Where several rules have the name. */
  readonly severity?: string
  /** Where they are made of numbers or labels. */
  readonly summary?: string
  readonly description?: string
}

/** How often is scraped, and evaluated, where a case says nothing else. */
export const everySeconds = 15

/** Each is so for so long. */
export type Stretches<Value> = readonly (readonly [value: Value, lasting: string])[]

/** A counter that goes on at so many a second for so long, then at so many for so long. */
export const counting = countingEvery(everySeconds)

export function countingEvery(stepSeconds: number) {
  return (...rates: Stretches<number>): string => {
    let value = 0
    return rates
      .map(([perSecond, lasting]) => {
        const [from, step] = [value, Number((perSecond * stepSeconds).toFixed(6))]
        const steps = stepsIn(lasting, stepSeconds)
        value = Number((from + steps * step).toFixed(6))
        return `${from}+${step}x${steps - 1}`
      })
      .join(' ')
  }
}

/** A gauge that has a value for so long, then another one. */
export const holding = holdingEvery(everySeconds)

export function holdingEvery(stepSeconds: number) {
  return (...values: Stretches<number>): string =>
    values.map(([value, lasting]) => `${value}x${stepsIn(lasting, stepSeconds) - 1}`).join(' ')
}

/** A gauge that becomes a second older each second. */
export function ageing(from: number, lasting: string): string {
  return `${from}+${everySeconds}x${stepsIn(lasting, everySeconds) - 1}`
}

function stepsIn(lasting: string, stepSeconds: number): number {
  return Math.max(1, Math.round(millisecondsOf(lasting) / 1000 / stepSeconds))
}
