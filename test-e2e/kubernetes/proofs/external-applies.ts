import { applyOverlay, untilRuns } from '../apply.ts'
import { namespace, podsOf } from '../cluster.ts'
import { listOf } from '../inside.ts'
import { services } from '../overlay.ts'
import type { Proof, Stage } from '../stage.ts'

export const externalApplies: Proof = {
  name: 'external-applies',
  promise:
    'the API server takes every object of `external` without a warning, and all pods get ready',
  foundation: true,
  run: async (stage) => {
    const { cluster } = stage
    await cluster.apply([
      '-f',
      new URL('../../../k8s/base/namespace.yaml', import.meta.url).pathname,
    ])
    await cluster.apply(['-f', '-'], JSON.stringify(listOf(givenTo(stage))))
    const startedAt = performance.now()
    const releases = {
      redirect: 'good',
      'link-write': 'good',
      analytics: 'good',
      dashboard: 'good',
    }
    await applyOverlay(stage, { base: 'external', releases })
    await untilRuns(stage)
    const seconds = Math.round((performance.now() - startedAt) / 1000)
    const pods = await Promise.all(
      services.map(async (name) => (await podsOf(cluster, name)).length),
    )
    return { secondsUntilReady: seconds, pods: pods.reduce((a, b) => a + b) }
  },
}

/** Steps 2 and 3 of the page. */
function givenTo({ engines }: Stage): object[] {
  const secrets = Object.entries(engines.secrets).map(([name, stringData]) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace },
    stringData,
  }))
  const authority = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'engine-authorities', namespace },
    data: { 'ca.crt': engines.authority },
  }
  return [...secrets, authority]
}
