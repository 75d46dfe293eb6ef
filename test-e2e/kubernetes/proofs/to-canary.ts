// From Deployments to Rollouts, in the order of the page.
import { build } from '@sleepwell/deploy-kubernetes/kustomize'
import { applyOverlay, untilAllReady } from '../apply.ts'
import { untilCalm } from '../calm.ts'
import { namespace, podsOf, until } from '../cluster.ts'
import { createKey } from '../create-key.ts'
import { listOf } from '../inside.ts'
import { services, writeOverlay } from '../overlay.ts'
import { deploymentOf, rolloutOf } from '../rollout.ts'
import { expectThat, type Proof } from '../stage.ts'
import { expectNoneFailed, figuresOf, underLoad } from '../under-load.ts'

export const toCanary: Proof = {
  name: 'to-canary',
  promise:
    'with visitors, Rollouts take over from the Deployments of `external`, and no request fails',
  foundation: true,
  run: async (stage) => {
    const { cluster, place, redirectPods, stop } = stage
    const floor = { owner: 'floor', scopes: 'links:read' }
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'link-write-floor', namespace },
      stringData: { VISIT_KEY: await createKey(stage, 'floor-key', floor) },
    }
    await cluster.apply(['-f', '-'], JSON.stringify(secret))
    const releases = {
      redirect: 'good',
      'link-write': 'good',
      analytics: 'good',
      dashboard: 'good',
    }
    const overlay = { base: 'external-canary', releases, redirectPods } as const
    const startedAt = performance.now()
    const counts = await underLoad(stage, async () => {
      await cluster.kubectl(['-n', namespace, 'delete', 'job', '--all'])
      const all = await build(writeOverlay(overlay, place))
      const first = all.filter(({ kind }) => kind !== 'Deployment')
      await cluster.apply(['-f', '-'], JSON.stringify(listOf(first)))
      for (const service of ['redirect', 'link-write'])
        await until(
          `the Rollout of ${service} is healthy`,
          async () => (await rolloutOf(cluster, service)).status?.phase === 'Healthy',
          { stop, minutes: 10 },
        )
      await untilCalm(stage)
      await applyOverlay(stage, overlay)
      // Pods of the canary are smaller, so for redirect this is a release: it is judged as any.
      await until(
        'all pods are as the canary has them',
        async () => {
          const { status } = await rolloutOf(cluster, 'redirect')
          const { metadata } = await deploymentOf(cluster, 'redirect')
          const observed = status?.workloadObservedGeneration === String(metadata.generation)
          return observed && status?.phase === 'Healthy'
        },
        { stop, minutes: 20 },
      )
      for (const service of services) await untilAllReady(stage, service)
    })
    const pods = (await podsOf(cluster, 'redirect')).length
    expectThat(pods === redirectPods, `${pods} pods of redirect`)
    expectNoneFailed(counts)
    const seconds = Math.round((performance.now() - startedAt) / 1000)
    return { redirectPods: pods, seconds, ...figuresOf(counts) }
  },
}
