// What the test on a cluster would apply is what the repository applies, but for what it has to change.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, type Manifest } from '@sleepwell/deploy-kubernetes/kustomize'
import { named, ofKind, podsOf } from '@sleepwell/deploy-kubernetes/pods'
import { mistakesIn } from '@sleepwell/deploy-kubernetes/validate'
import { expect, test } from '@jest/globals'
import { type Overlay, writeOverlay } from './overlay.ts'

const releases = {
  redirect: 'failing',
  'link-write': 'good',
  analytics: 'good',
  dashboard: 'good',
}

async function built(overlay: Overlay): Promise<Manifest[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'sleepwell-overlay-'))
  const place = { scratch, images: 'here/', host: '192.0.2.1', prometheus: 'http://192.0.2.1:9' }
  try {
    return await build(writeOverlay(overlay, place))
  } finally {
    rmSync(scratch, { recursive: true })
  }
}

test.each(['external', 'external-canary'] as const)(
  '%s has the images, and is valid',
  async (base) => {
    const manifests = await built({ base, releases })
    const images = podsOf(manifests).flatMap(({ containers }) =>
      containers.map(({ image }) => image),
    )
    expect(new Set(images)).toEqual(
      new Set([
        'here/redirect:failing',
        'here/link-write:good',
        'here/analytics:good',
        'here/dashboard:good',
      ]),
    )
    expect(manifests.flatMap(mistakesIn)).toEqual([])
  },
)

test('no limit and no probe differs from the repository', async () => {
  const ours = podsOf(await built({ base: 'external-canary', releases }))
  const theirs = podsOf(await build('k8s/overlays/external-canary'))
  const kept = (pods: typeof ours) =>
    pods.map(({ name, containers }) => [
      name,
      containers.map(({ resources, startupProbe, livenessProbe, readinessProbe }) => {
        return [resources.limits, startupProbe, livenessProbe, readinessProbe]
      }),
    ])
  expect(kept(ours)).toEqual(kept(theirs))
})

test('a canary is judged by the Prometheus of the test, among as many pods as wanted', async () => {
  const manifests = await built({
    base: 'external-canary',
    releases,
    redirectPods: 7,
    floor: false,
  })
  expect(named(manifests, 'Rollout', 'redirect').spec.replicas).toBe(7)
  for (const floor of ['redirect-floor', 'link-write-floor'])
    expect(named(manifests, 'Deployment', floor).spec.replicas).toBe(0)
  for (const { spec } of ofKind(manifests, 'AnalysisTemplate'))
    expect(spec.args[0]).toEqual({ name: 'prometheus', value: 'http://192.0.2.1:9' })
})
