import type { Check } from './thresholds.ts'

/** What a check has found. */
export interface Figure {
  readonly name: string
  /** Absent: Prometheus had no number. */
  readonly value?: number
  readonly least?: number
  readonly most?: number
  /** It is above its bound by so few requests that it may be chance. */
  readonly few?: true
  /** Why Prometheus was not asked with success. */
  readonly trouble?: string
}

/** @param found a number, undefined if there is none, an error if nobody could say */
export function figureOf({ name, least, most }: Check, found: number | undefined | Error): Figure {
  return {
    name,
    ...(typeof found === 'number' && { value: found }),
    ...(found instanceof Error && { trouble: found.message }),
    ...(least !== undefined && { least }),
    ...(most !== undefined && { most }),
  }
}

/** Everything that speaks against a release in the end, a sentence each: what nobody can show to be good is not good. */
export function objectionsTo(figures: readonly Figure[]): string[] {
  return figures.filter((figure) => !isWithin(figure)).map(inWords)
}

/** What speaks against it already, while there is not much to go by: a number that there is, and that is too high. */
export function earlyObjectionsTo(figures: readonly Figure[]): string[] {
  return figures
    .filter((figure) => figure.trouble !== undefined || (isAbove(figure) && !figure.few))
    .map(inWords)
}

export function inWords({ name, value, least, most, few, trouble }: Figure): string {
  const bound = least === undefined ? `at most ${most}` : `at least ${least}`
  if (trouble !== undefined) return `${name}: nobody knows, ${trouble}`
  const number = value === undefined ? 'unknown' : rounded(value)
  return `${name} ${number} (${bound}${few ? '; so few that it may be chance' : ''})`
}

function isWithin({ value, least = -Infinity, most = Infinity }: Figure): boolean {
  return value !== undefined && value >= least && value <= most
}

export function isAbove({ value = -Infinity, most = Infinity }: Figure): boolean {
  return value > most
}

function rounded(value: number): number {
  return Number(value.toPrecision(3))
}
