import { until } from '../api.ts'
import type { System } from '../system.ts'
import type { WatchedStack } from '../watched-stack.ts'
import type { DrillRun } from './drill-run.ts'
import type { Pace } from './pace.ts'
import type { PatroniCluster } from './patroni-cluster.ts'

/** Where a drill takes place: the stack, under load. */
export interface Stage {
  readonly stack: WatchedStack
  readonly system: System
  /** Of plans that want one. */
  readonly cluster: PatroniCluster | undefined
  readonly say: (line: string) => void
  /** Rejects when somebody wants to end it. */
  readonly pass: (ms: number) => Promise<void>
  /** How long each fault lasts; shorter in `npm test`. */
  readonly faultMs: number
  /** Of what a plan draws by lot. */
  readonly seed: number
  /** Keeps a figure of this drill; its name says the unit. */
  readonly note: (figure: string, value: number) => void
}

interface Named {
  /** kebab-case, as people type it. */
  readonly name: string
  /** What is done, in a sentence. */
  readonly description: string
  /** What must hold beside the invariants: sentences about what did not. */
  readonly broken: (run: DrillRun) => readonly string[]
}

/** Something breaks in a stack under load; all such plans start, load and judge it in the same way. */
export interface Plan extends Named {
  /** Settings of the services. */
  readonly env?: Readonly<Record<string, string>>
  /** One, unless told. */
  readonly kafkaBrokers?: 1 | 3
  /** Whether the databases are a cluster of three, whose primary changes by itself. */
  readonly cluster?: boolean
  /** Breaks something, and resolves when it is mended, by itself or by this. */
  readonly act: (stage: Stage) => Promise<void>
}

/** One with a shape of its own. */
export interface OwnPlan extends Named {
  /** Why it cannot be done on this machine; undefined if it can. */
  readonly whyNot?: () => Promise<string | undefined>
  /** From nothing to its figures; leaves nothing behind. The programs of `ensureInstalled('drills')` are there. */
  readonly run: (context: RunContext) => Promise<DrillRun>
}

export interface RunContext {
  readonly pace: Pace
  readonly say: (line: string) => void
  readonly stop: AbortSignal
  readonly seed: number
}

export type AnyPlan = Plan | OwnPlan

export function failedRedirects({ failed }: DrillRun['redirects']): string[] {
  return failed > 0 ? [`${failed} redirects failed`] : []
}

/** Waits until a supervisor has done its work; a check that throws is not true yet. */
export async function comesBack(check: () => boolean | Promise<boolean>): Promise<void> {
  const isBack = async () => await check()
  await until(() => isBack().catch(() => false), Boolean)
}
