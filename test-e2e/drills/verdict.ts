import type { DrillRun } from './drill-run.ts'
import type { AnyPlan } from './plan.ts'

/** Sentences about what did not hold; empty if all did. */
export function verdictOf(plan: AnyPlan, run: DrillRun): string[] {
  return [
    ...run.blindTo.map((kind) => `the checker did not see a planted ${kind}`),
    ...Object.entries(run.violations).map(([kind, times]) => `${kind}: ${times}`),
    ...plan.broken(run),
  ]
}
