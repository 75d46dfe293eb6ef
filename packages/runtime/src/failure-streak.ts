export interface FailureStreak {
  readonly failed: (error: unknown) => void
  /** It works: whether it did not before. */
  readonly worked: () => boolean
}

/** Of failures in a row only the first is reported: a database that is away for an hour is one line. */
export function createFailureStreak(report: (error: unknown) => void): FailureStreak {
  let failing = false
  return {
    failed: (error) => {
      if (!failing) report(error)
      failing = true
    },
    worked: () => {
      const ended = failing
      failing = false
      return ended
    },
  }
}
