// A release, from the apply to the verdict.
import { setTimeout as sleep } from 'node:timers/promises'
import { applyOverlay } from './apply.ts'
import { untilCalm } from './calm.ts'
import { isReady, podsOf } from './cluster.ts'
import type { Overlay } from './overlay.ts'
import { failedChecks, isPromoted, releaseLabel, rolloutOf } from './rollout.ts'
import { type Stage, trafficOf } from './stage.ts'
import type { Counts } from './under-load.ts'

export interface Outcome {
  readonly outcome: 'promoted' | 'aborted'
  /** What Argo Rollouts says. */
  readonly message: string
  readonly failedChecks: readonly string[]
  /** From the apply. */
  readonly seconds: number
  /** For which a pod of it was ready, before the verdict. */
  readonly secondsVisited: number
  /** Pods of it at one time, before the verdict. */
  readonly mostPods: number
  /** Of the release before. */
  readonly leastStablePods: number
  /** Requests of visitors that it says it had; those of the floor are not among them. */
  readonly met: number
  /** From its first pod until its last one was gone, or all were of it. */
  readonly counts: Counts
}

const lookEveryMs = 500
/** A verdict takes five minutes, and all the others follow ten at a time. */
const patienceMs = 40 * 60_000

export async function release(
  stage: Stage,
  overlay: Overlay,
  watched: 'redirect' | 'link-write' = 'redirect',
): Promise<Outcome> {
  const { cluster, scraping, say, stop } = stage
  await untilCalm(stage)
  const before = (await rolloutOf(cluster, watched)).status?.stableRS ?? ''
  const earlier = (await rolloutOf(cluster, watched)).status?.currentPodHash
  const startedAt = performance.now()
  const limit = startedAt + patienceMs
  const since = (at: number) => Math.round((performance.now() - at) / 1000)
  const look = async <T>(at: () => Promise<T | undefined>): Promise<T> => {
    for (;;) {
      const found = await at()
      if (found !== undefined) return found
      if (performance.now() > limit) throw new Error('no end of the release is in sight')
      await sleep(lookEveryMs, undefined, { signal: stop })
    }
  }
  const counted = await trafficOf(stage).watch()
  const appliedAt = new Date()
  appliedAt.setMilliseconds(0) // objects know the second of their birth
  await applyOverlay(stage, overlay)
  const hash = await look(async () => {
    const { status } = await rolloutOf(cluster, watched)
    const now = status?.currentPodHash
    return now === earlier || now === before ? undefined : now
  })

  let [mostPods, leastStablePods, readyAt, visitedSeconds] = [0, Infinity, 0, 0]
  const ended = await look(async () => {
    const rollout = await rolloutOf(cluster, watched)
    const pods = (await podsOf(cluster, watched)).filter(
      ({ metadata }) => metadata.deletionTimestamp === undefined,
    )
    const of = (release: string) =>
      pods.filter(({ metadata }) => metadata.labels[releaseLabel] === release)
    if (readyAt === 0 && of(hash).some(isReady)) readyAt = performance.now()
    if (rollout.status?.abort === true) return { outcome: 'aborted', rollout } as const
    if (isPromoted(rollout, hash)) return { outcome: 'promoted', rollout } as const
    // After the verdict all of them are replaced.
    if (rollout.status?.currentStepIndex === undefined || rollout.status.currentStepIndex < 3) {
      mostPods = Math.max(mostPods, of(hash).length)
      leastStablePods = Math.min(leastStablePods, of(before).filter(isReady).length)
      if (readyAt > 0) visitedSeconds = since(readyAt)
    }
    return undefined
  })
  const seconds = since(startedAt)
  say(`${ended.outcome} after ${seconds} s: ${ended.rollout.status?.message ?? ''}`)
  const matchers = `rollouts_pod_template_hash="${hash}",outcome!="probe"`
  const requests = `redirect_requests_total{${matchers}}[40m]`
  const met = await scraping.ask(`sum(max_over_time(${requests}))`)
  if (ended.outcome === 'aborted')
    await look(async () => {
      const pods = await podsOf(cluster, watched)
      const { replicas = pods.length } = (await rolloutOf(cluster, watched)).spec
      const only = pods.every(({ metadata }) => metadata.labels[releaseLabel] === before)
      return (only && pods.filter(isReady).length >= replicas) || undefined
    })
  return {
    outcome: ended.outcome,
    message: ended.rollout.status?.message ?? '',
    failedChecks: await failedChecks(cluster, hash, appliedAt),
    seconds,
    secondsVisited: visitedSeconds,
    mostPods,
    leastStablePods,
    met: met ?? 0,
    counts: await counted(),
  }
}
