// Whatever was under way at a process that dies or hangs is lost to its visitor, and nothing else may be.
import { untilAllReady } from '../apply.ts'
import { namespace, podsOf, until } from '../cluster.ts'
import { expectThat, type Figures, type Proof, type Stage } from '../stage.ts'
import { figuresOf, underLoad } from '../under-load.ts'

/**
 * The first process of a container takes no SIGKILL from within. But Node opens its debugger when told to, and does there what it
 * is told, as soon as nobody is attached any more.
 *
 * @param expression evaluated in the first process
 */
const inDebugger = (expression: string) => `
process.kill(1, 'SIGUSR1')
const find = () => fetch('http://127.0.0.1:9229/json/list').then((it) => it.json())
let [one] = []
while (!one) [one] = await find().catch(() => [])
const expression = ${JSON.stringify(`setTimeout(() => { ${expression} }, 500)`)}
const debug = new WebSocket(one.webSocketDebuggerUrl)
debug.onopen = () => debug.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } }))
debug.onmessage = () => debug.close()
debug.onclose = () => process.exit()
`

export const killedProcess: Proof = {
  name: 'killed-process',
  promise:
    'a process of redirect that dies comes back in its pod, with its spool, and the others serve',
  run: (stage) => spoilProcess(stage, 'process.reallyExit(137)'),
}

export const hungProcess: Proof = {
  name: 'hung-process',
  promise:
    'a process of redirect that hangs is taken out, killed and started again, and the others serve',
  run: (stage) => spoilProcess(stage, 'for (;;);'),
}

async function spoilProcess(stage: Stage, expression: string): Promise<Figures> {
  const { cluster, stop } = stage
  const pods = await podsOf(cluster, 'redirect')
  const name = pods[0]?.metadata.name ?? ''
  const before = await restartsOf(stage, name)
  const startedAt = performance.now()
  const counts = await underLoad(stage, async () => {
    const node = ['node', '--input-type=module', '--eval', inDebugger(expression)]
    await cluster.kubectl(['-n', namespace, 'exec', name, '--', ...node])
    const isBack = async () => (await restartsOf(stage, name)) > before
    await until('it was started again', isBack, { stop })
    await untilAllReady(stage, 'redirect')
  })
  const { asked, failed } = counts.visits
  // Its share, were it away for as long as all this took.
  expectThat(failed < asked / pods.length, `${failed} of ${asked} visits failed`)
  return { seconds: Math.round((performance.now() - startedAt) / 1000), ...figuresOf(counts) }
}

export const killedPods: Proof = {
  name: 'killed-pods',
  promise:
    'a pod of link-write and one of analytics vanish without a word; both are replaced, and no visitor is told',
  run: async (stage) => {
    const { cluster } = stage
    const counts = await underLoad(stage, async () => {
      for (const service of ['link-write', 'analytics']) {
        const [pod] = await podsOf(cluster, service)
        const words = ['delete', 'pod', pod?.metadata.name ?? '', '--force', '--grace-period=0']
        await cluster.kubectl(['-n', namespace, ...words])
        await untilAllReady(stage, service)
      }
    })
    const { visits } = counts
    expectThat(visits.failed === 0, `${visits.failed} of ${visits.asked} visits failed`)
    return figuresOf(counts)
  },
}

async function restartsOf({ cluster }: Stage, name: string): Promise<number> {
  const pods = await podsOf(cluster, 'redirect')
  const pod = pods.find(({ metadata }) => metadata.name === name)
  return pod?.status.containerStatuses?.[0]?.restartCount ?? 0
}
