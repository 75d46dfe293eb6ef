// How much load, and for how long: `npm run drill` in full, and short beside other work in `npm test`.

export interface Pace {
  readonly redirectsPerSecond: number
  readonly writesPerSecond: number
  readonly reportsPerSecond: number
  /** Before the fault, and after it. */
  readonly aroundMs: number
  readonly faultMs: number
  /** Among other work nobody can say how soon an edit has to be seen, but that it is within half a minute. */
  readonly busy: boolean
}

export const fullPace: Pace = {
  redirectsPerSecond: 200,
  writesPerSecond: 20,
  reportsPerSecond: 1,
  aroundMs: 10_000,
  faultMs: 15_000,
  busy: false,
}
export const shortPace: Pace = {
  redirectsPerSecond: 60,
  writesPerSecond: 8,
  reportsPerSecond: 1,
  aroundMs: 3_000,
  faultMs: 3_000,
  busy: true,
}
