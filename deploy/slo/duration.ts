const milliseconds = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/** Writes durations such as `5m` for Prometheus; drills shorten all of them by one factor, so that hours are seen in a minute. */
export interface Duration {
  (written: string): string
  /** For what is compared with a number of seconds. */
  readonly seconds: (written: string) => number
}

/** @param timeScale 1 leaves them as they are; 60 makes minutes of hours */
export function createDuration(timeScale: number): Duration {
  const scaled = (written: string) => millisecondsOf(written) / timeScale
  return Object.assign(
    (written: string) =>
      timeScale === 1 ? written : `${Math.max(1, Math.round(scaled(written)))}ms`,
    { seconds: (written: string) => scaled(written) / 1000 },
  )
}

/** Of `90s`, `1h30m` and the like. */
export function millisecondsOf(written: string): number {
  const parts = [...written.matchAll(/(\d+)([smhdw])/gu)]
  if (written === '' || parts.map(([part]) => part).join('') !== written)
    throw new Error(`${written} is no duration`)
  return parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * milliseconds[unit as keyof typeof milliseconds],
    0,
  )
}
