// The canary by the share of pods, with releases that are other images: what they are told apart by is what Prometheus scrapes of them.
import { applyOverlay, untilAllReady } from '../apply.ts'
import { podsOf, until } from '../cluster.ts'
import { type Overlay, services } from '../overlay.ts'
import { type Outcome, release } from '../release.ts'
import { isObserved, rolloutOf } from '../rollout.ts'
import { expectThat, type Figures, type Proof, type Stage, trafficOf } from '../stage.ts'
import { expectNoneFailed, figuresOf } from '../under-load.ts'

interface Bad {
  readonly name: string
  readonly promise: string
  readonly change: Partial<Overlay>
  /** Tag of redirect's image. */
  readonly tag: string
  /** In the names of the checks that it fails, or in what Argo Rollouts says. */
  readonly why: RegExp
  /** Whether some of its visitors get an error. */
  readonly fails: boolean
  readonly visitsPerSecond?: number
}

const bad: readonly Bad[] = [
  {
    name: 'failing',
    promise: 'a release that fails a fifth of its requests is taken back',
    tag: 'failing',
    change: {},
    why: /redirect-availability/u,
    fails: true,
  },
  {
    name: 'slow',
    promise: 'a release that answers 100 ms later is taken back',
    tag: 'slow',
    change: {},
    why: /redirect-latency/u,
    fails: false,
  },
  {
    name: 'crashing',
    promise: 'a release that crashes again and again is taken back',
    tag: 'crashing',
    change: {},
    why: /restarts|ProgressDeadline|progress/u,
    fails: true,
  },
  {
    name: 'unvisited',
    promise: 'a release that too few visit to judge it is taken back',
    tag: 'next',
    change: { floor: false },
    why: /requests/u,
    fails: false,
    visitsPerSecond: 8,
  },
]

export const badReleases: readonly Proof[] = bad.map((one) => ({
  name: `release-${one.name}`,
  promise: `${one.promise} by itself, and the release before goes on`,
  run: async (stage) => {
    const overlay = overlayOf(stage)
    if (one.visitsPerSecond !== undefined) await trafficOf(stage).setVisits(one.visitsPerSecond)
    const { releases } = overlay
    const spoiled = { ...overlay, ...one.change, releases: { ...releases, redirect: one.tag } }
    const outcome = await release(stage, spoiled)
    await trafficOf(stage).setVisits(stage.visitsPerSecond)
    await revert(stage, overlay)
    judgeBad(one, outcome, stage)
    return figuresOfRelease(outcome)
  },
}))

/** As in git: until then a Rollout says that its release was aborted, and the same files, applied again, are no new try. */
async function revert(stage: Stage, overlay: Overlay): Promise<void> {
  const { cluster, stop } = stage
  await applyOverlay(stage, overlay)
  const isHealthy = async () => {
    const rollout = await rolloutOf(cluster, 'redirect')
    return rollout.status?.phase === 'Healthy' && isObserved(rollout)
  }
  await until('the release before is all there is', isHealthy, { stop, minutes: 5 })
}

function judgeBad({ why, fails }: Bad, outcome: Outcome, { redirectPods }: Stage): void {
  const { mostPods, leastStablePods, met, counts, failedChecks, message } = outcome
  const said = [...failedChecks, message].join()
  expectThat(outcome.outcome === 'aborted', 'all pods run it now')
  expectThat(why.test(said), `it was aborted for something else: ${said}`)
  expectThat(mostPods === 1, `it had ${mostPods} pods`)
  expectThat(leastStablePods >= redirectPods - 1, `${leastStablePods} pods of the release before`)
  const { asked, failed } = counts.visits
  // Chance leads some more to one pod than to another.
  const share = 2 / redirectPods
  expectThat(met > 0 && met < asked * share, `${met} of ${asked} visits met it`)
  if (!fails) return expectNoneFailed(counts)
  expectThat(failed > 0 && failed < asked / redirectPods, `${failed} of ${asked} visits failed`)
  expectNoneFailed({ ...counts, visits: { ...counts.visits, failed: 0 } })
}

export const goodRelease: Proof = {
  name: 'release-good',
  promise: 'a good release of all four services is judged, and reaches all pods; no request fails',
  run: async (stage) => {
    const releases = {
      redirect: 'next',
      'link-write': 'next',
      analytics: 'next',
      dashboard: 'next',
    }
    return await releaseGood(stage, { ...overlayOf(stage), floor: true, releases })
  },
}

export async function releaseGood(stage: Stage, overlay: Overlay): Promise<Figures> {
  const { cluster } = stage
  const outcome = await release(stage, overlay)
  const { failedChecks, message, mostPods, counts } = outcome
  expectThat(outcome.outcome === 'promoted', `not promoted: ${failedChecks.join()} ${message}`)
  expectThat(mostPods === 1, `it had ${mostPods} pods before the verdict`)
  for (const service of services) {
    await untilAllReady(stage, service, 15)
    const tag = `:${overlay.releases[service]}`
    const images = (await podsOf(cluster, service)).map(
      ({ spec }) => spec.containers[0]?.image ?? '',
    )
    expectThat(
      images.every((image) => image.endsWith(tag)),
      `${service} runs ${images.join()}`,
    )
  }
  for (const service of ['redirect', 'link-write']) {
    const { status } = await rolloutOf(cluster, service)
    expectThat(status?.phase === 'Healthy', `${service} is ${status?.phase}: ${status?.message}`)
  }
  expectNoneFailed(counts)
  return figuresOfRelease(outcome)
}

export function overlayOf({ found }: Stage): Overlay {
  if (found.overlay?.base !== 'external-canary') throw new Error('there is no canary yet')
  return { ...found.overlay, floor: true }
}

export function figuresOfRelease(outcome: Outcome): Figures {
  const { seconds, secondsVisited, met, failedChecks, counts } = outcome
  return { seconds, secondsVisited, met, failedChecks: failedChecks.join(), ...figuresOf(counts) }
}
