// What the page has people type for a release.
import { type Cluster, isReady, namespace, podsOf, until } from './cluster.ts'
import { type Overlay, services, writeOverlay } from './overlay.ts'
import type { Stage } from './stage.ts'

/** Whatever it warns of, the API server is right. */
export async function applyOverlay(stage: Stage, overlay: Overlay): Promise<void> {
  const { cluster, place, found } = stage
  await cluster.kubectl(['-n', namespace, 'delete', 'job', '--all'])
  await cluster.apply(['-k', writeOverlay(overlay, place)])
  found.overlay = overlay
}

/** Jobs are done, and each service has as many ready pods as its autoscaler keeps. */
export async function untilRuns(stage: Stage): Promise<void> {
  const { cluster } = stage
  const wait = ['-n', namespace, 'wait', '--timeout=5m']
  await cluster.kubectl([...wait, '--for=condition=Complete', 'job', '--all'])
  await cluster.kubectl([...wait, '--for=condition=Available', 'deployment', '--all'])
  for (const service of services) await untilAllReady(stage, service)
}

/** As many as there should be, and none that goes. */
export async function untilAllReady(stage: Stage, service: string, minutes = 5): Promise<void> {
  const { cluster, stop } = stage
  await until(
    `all pods of ${service} are ready`,
    async () => {
      const pods = await podsOf(cluster, service)
      return pods.length >= (await leastOf(cluster, service)) && pods.every(isReady)
    },
    { stop, minutes },
  )
}

interface Scaled {
  readonly spec: { readonly minReplicas: number }
}

async function leastOf(cluster: Cluster, service: string): Promise<number> {
  const path = `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers/${service}`
  return (await cluster.get<Scaled>(path))?.spec.minReplicas ?? 1
}
