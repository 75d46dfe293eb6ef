import { untilAllReady } from '../apply.ts'
import { namespace, type Pod } from '../cluster.ts'
import { services } from '../overlay.ts'
import { expectThat, type Proof } from '../stage.ts'
import { expectNoneFailed, figuresOf, underLoad } from '../under-load.ts'

export const drainedNode: Proof = {
  name: 'drained-node',
  promise: 'a node is drained while visitors and programs come, and no request fails',
  run: async (stage) => {
    const { cluster, say } = stage
    const pods = await cluster.list<Pod>(`/api/v1/namespaces/${namespace}/pods`)
    const others = pods.flatMap(({ spec }) => spec.nodeName ?? []).filter((it) => it !== stage.node)
    const [node] = others
    if (node === undefined) return { leftOut: 'it takes a second node with pods of ours' }
    const evicted = others.filter((it) => it === node).length
    say(`draining ${node}, which has ${evicted} pods of ours`)
    const startedAt = performance.now()
    try {
      const counts = await underLoad(stage, async () => {
        const words = ['--ignore-daemonsets', '--delete-emptydir-data', '--timeout=5m']
        await cluster.kubectl(['drain', node, ...words])
        for (const service of services) await untilAllReady(stage, service)
      })
      const left = await cluster.list<Pod>(`/api/v1/namespaces/${namespace}/pods`)
      expectThat(!left.some(({ spec }) => spec.nodeName === node), `pods are left on ${node}`)
      expectNoneFailed(counts)
      const seconds = Math.round((performance.now() - startedAt) / 1000)
      return { seconds, evicted, ...figuresOf(counts) }
    } finally {
      await cluster.kubectl(['uncordon', node])
    }
  },
}
