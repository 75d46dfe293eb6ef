// The figures of one run, from its evidence.
import { percentile } from '../load/measure.ts'
import type { Receiver } from '../watched-stack.ts'
import { checkEvidence, type Violation } from './check-evidence.ts'
import type { Evidence, Read } from './evidence.ts'
import { blindTo } from './plant.ts'

export interface Latency {
  readonly asked: number
  readonly p50Ms: number
  readonly p99Ms: number
}

export interface DrillRun {
  /** ISO 8601. */
  readonly startedAt: string
  readonly faultSeconds: number
  /** From the fault until the last visitor or writer who was not answered at once. */
  readonly recoverySeconds: number
  readonly redirects: {
    readonly before: Latency
    readonly during: Latency
    readonly after: Latency
    readonly failed: number
    /** In which ways, how often, and when, counted from the fault. */
    readonly failures: readonly Failure[]
  }
  readonly writes: {
    readonly acknowledged: number
    /** Sent more than once, as nobody knew whether they were made; all were settled, or they are violations. */
    readonly ambiguous: number
    readonly longestGapMs: number
  }
  readonly reportsFailed: number
  readonly clicks: { readonly answered: number; readonly lost: number; readonly doubled: number }
  readonly lostWrites: number
  readonly alerts: readonly {
    readonly alert: string
    readonly receiver: Receiver
    readonly afterSeconds: number
  }[]
  readonly figures: Readonly<Record<string, number>>
  /** By kind, how many. */
  readonly violations: Readonly<Record<string, number>>
  /** The first few. */
  readonly examples: readonly string[]
  /** What was planted and not found: the run proves nothing then. */
  readonly blindTo: readonly string[]
}

export interface Failure {
  readonly how: string
  readonly count: number
  readonly firstSeconds: number
  readonly lastSeconds: number
}

export interface Times {
  readonly begunAt: number
  readonly struckAt: number
  readonly mendedAt: number
  readonly endedAt: number
}

/** @param found what else was found wrong, beside what the evidence shows */
export function summarize(
  evidence: Evidence,
  times: Times,
  rest: Pick<DrillRun, 'startedAt' | 'alerts' | 'figures'>,
  found: readonly Violation[] = [],
): DrillRun {
  const { reads, reports } = evidence
  // Not those that were there before, nor what nobody wrote.
  const writes = evidence.writes.filter(({ start, tries }) => start >= 0 && tries > 0)
  const violations = [...found, ...checkEvidence(evidence)]
  const count = (kind: string) => violations.filter((one) => one.kind === kind).length
  const failed = reads.filter(({ answer, dueAt }) => answer === 'failed' && dueAt >= times.begunAt)
  const retried = writes.filter(({ tries }) => tries > 1)
  const troubles = [
    ...failed.map(({ end }) => end),
    ...retried.map(({ acknowledgedAt }) => acknowledgedAt ?? times.endedAt),
  ].filter((at) => at >= times.struckAt)
  const between = (from: number, to: number) =>
    latencyOf(reads.filter(({ dueAt }) => dueAt >= from && dueAt < to))
  return {
    ...rest,
    faultSeconds: seconds(times.mendedAt - times.struckAt),
    recoverySeconds: troubles.length === 0 ? 0 : seconds(Math.max(...troubles) - times.struckAt),
    redirects: {
      before: between(times.begunAt, times.struckAt),
      during: between(times.struckAt, times.mendedAt),
      after: between(times.mendedAt, Infinity),
      failed: failed.length,
      failures: failuresIn(failed, times.struckAt),
    },
    writes: {
      acknowledged: writes.filter(({ acknowledgedAt }) => acknowledgedAt !== undefined).length,
      ambiguous: retried.length,
      longestGapMs: longestGap(writes.flatMap(({ acknowledgedAt }) => acknowledgedAt ?? [])),
    },
    reportsFailed: reports.filter(({ ok }) => !ok).length,
    clicks: {
      answered: reads.filter(({ answer }) => typeof answer === 'object').length,
      lost: count('lost click'),
      doubled: count('doubled click'),
    },
    lostWrites: count('lost write'),
    violations: countsOf(violations.map(({ kind }) => kind)),
    examples: violations.slice(0, 10).map(({ kind, what }) => `${kind}: ${what}`),
    blindTo: blindTo(evidence),
  }
}

function latencyOf(reads: readonly Read[]): Latency {
  const took = reads.map(({ dueAt, end }) => end - dueAt)
  const rounded = (percent: number) => Math.round(percentile(took, percent) * 10) / 10
  return { asked: reads.length, p50Ms: rounded(50), p99Ms: rounded(99) }
}

function failuresIn(failed: readonly Read[], struckAt: number): Failure[] {
  const byKind = Map.groupBy(failed, ({ failure = 'unknown' }) => failure)
  return [...byKind].map(([how, all]) => {
    const at = all.map(({ dueAt }) => seconds(dueAt - struckAt))
    return { how, count: all.length, firstSeconds: Math.min(...at), lastSeconds: Math.max(...at) }
  })
}

function countsOf(names: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    [...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]),
  )
}

function longestGap(moments: readonly number[]): number {
  const sorted = moments.toSorted((a, b) => a - b)
  const gaps = sorted.slice(1).map((at, i) => at - (sorted[i] ?? at))
  return Math.round(Math.max(0, ...gaps))
}

function seconds(ms: number): number {
  return Math.round(ms / 100) / 10
}
