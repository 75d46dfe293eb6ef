import { setTimeout as sleep } from 'node:timers/promises'
import { expectAllCounted } from '../books.ts'
import { isReady, namespace, type Pod, podsOf, until } from '../cluster.ts'
import { expectThat, type Proof, type Stage } from '../stage.ts'
import { expectNoneFailed, figuresOf, underLoad } from '../under-load.ts'

/** Far longer than a pod takes that has nothing to wait for. */
const heldMs = 45_000
const nothingShippedMs = 5_000

export const kafkaOutage: Proof = {
  name: 'kafka-outage',
  promise:
    'a roll-out while Kafka is away goes on; pods that were told to go stay until their clicks are on Kafka, and none is lost',
  run: async (stage) => {
    const { cluster, engines, say, stop } = stage
    const earlier = await podsOf(cluster, 'redirect')
    const names = new Set(earlier.map(({ metadata }) => metadata.name))
    const left = async () => {
      return (await podsOf(cluster, 'redirect')).filter(({ metadata }) => names.has(metadata.name))
    }
    let [waiting, secondsUntilGone, early] = [0, 0, '']
    const counts = await underLoad(stage, async () => {
      await engines.stopKafka()
      try {
        await sleep(nothingShippedMs, undefined, { signal: stop })
        const kubectl = (...words: string[]) => cluster.kubectl(['-n', namespace, ...words])
        await kubectl('rollout', 'restart', 'deployment/redirect')
        // One of the new ones is told to go while it starts, which takes it longer now.
        early = await newPod(stage, names)
        await kubectl('delete', 'pod', early, '--wait=false')
        await kubectl('rollout', 'status', 'deployment/redirect', '--timeout=5m')
        say('the new pods serve; Kafka stays away a little longer')
        await sleep(heldMs, undefined, { signal: stop })
        const staying = await left()
        expectThat(staying.length === names.size, `of ${names.size} pods ${staying.length} stayed`)
        expectThat(!staying.some(isReady), 'pods that were told to go are still ready')
        waiting = await unshipped(stage, staying)
        expectThat(waiting > 0, 'no clicks wait in them')
      } finally {
        await engines.startKafka()
      }
      const backAt = performance.now()
      names.add(early)
      await until('they are gone', async () => (await left()).length === 0, { stop })
      secondsUntilGone = Math.round((performance.now() - backAt) / 1000)
    })
    expectNoneFailed(counts)
    const figures = { podsThatStayed: earlier.length, clicksInThem: waiting, secondsUntilGone }
    return { ...figures, ...figuresOf(counts), ...(await expectAllCounted(stage)) }
  },
}

/** Its name, as soon as its process runs. */
async function newPod({ cluster, stop }: Stage, earlier: ReadonlySet<string>): Promise<string> {
  let name = ''
  await until(
    'there is a new pod',
    async () => {
      const pods = await podsOf(cluster, 'redirect')
      const started = pods.find(({ metadata, status }) => {
        return !earlier.has(metadata.name) && status.phase === 'Running'
      })
      name = started?.metadata.name ?? ''
      return started !== undefined
    },
    { stop },
  )
  return name
}

async function unshipped({ watcher }: Stage, pods: readonly Pod[]): Promise<number> {
  const all = await Promise.all(
    pods.map(async ({ status }) => {
      const { body } = await watcher.ask({ url: `http://${status.podIP}:9080/metrics` })
      return Number(
        /^redirect_spool_unshipped_clicks(?:\{.*\})? (\d+)/mu.exec(body)?.[1] ?? Number.NaN,
      )
    }),
  )
  return all.reduce((a, b) => a + b, 0)
}
