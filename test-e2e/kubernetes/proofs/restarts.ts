import { untilAllReady } from '../apply.ts'
import { namespace } from '../cluster.ts'
import { type Service, services } from '../overlay.ts'
import type { Proof } from '../stage.ts'
import { expectNoneFailed, figuresOf, underLoad } from '../under-load.ts'

export const restarts: readonly Proof[] = services.map((service) => ({
  name: `restart-${service}`,
  promise: `all pods of ${service} are replaced while visitors and programs come, and no request fails`,
  run: async (stage) => {
    const startedAt = performance.now()
    const counts = await underLoad(stage, () => restart(service))
    expectNoneFailed(counts)
    return { seconds: Math.round((performance.now() - startedAt) / 1000), ...figuresOf(counts) }

    async function restart(service: Service): Promise<void> {
      const kubectl = (...words: string[]) => stage.cluster.kubectl(['-n', namespace, ...words])
      await kubectl('rollout', 'restart', `deployment/${service}`)
      await kubectl('rollout', 'status', `deployment/${service}`, '--timeout=5m')
      await untilAllReady(stage, service)
    }
  },
}))
