// Builds the stage, and leaves nothing of it behind.
import { CannotStart } from '@sleepwell/deploy-local/cannot-start'
import type { StopRequest } from '@sleepwell/deploy-local/stop-request'
import { type Cluster, namespace, openCluster, until } from './cluster.ts'
import { openEngines } from './engines.ts'
import { programPlace, startClient, visitorPlace, watcherPlace } from './inside.ts'
import type { Options } from './options.ts'
import { openScraping } from './scraping.ts'
import type { Found, Stage } from './stage.ts'

export interface Surroundings {
  /** kubectl. */
  readonly program: string
  readonly scratch: string
  readonly say: (line: string) => void
  readonly request: StopRequest
}

interface Node {
  readonly metadata: { readonly name: string }
  readonly spec: { readonly unschedulable?: boolean; readonly taints?: readonly unknown[] }
}

const namespaces = [namespace, visitorPlace.namespace, programPlace.namespace]

export async function openStage(
  { images, enginesHost: host, pods, visitsPerSecond, proofs }: Options,
  { program, scratch, say, request }: Surroundings,
): Promise<Stage & AsyncDisposable> {
  const { stop, hurry } = request
  await using open = new AsyncDisposableStack()
  // What is removed in the end is removed also when it was interrupted.
  const cluster = open.use(await openCluster(program, hurry))
  await refuseOthers(cluster)
  if (proofs.some(({ name }) => name === 'to-canary')) await requireRollouts(cluster)

  say('starting Postgres, Redis and Kafka')
  const supervision = { say, hurry }
  const engines = open.use(await openEngines({ host, scratch, supervision }))
  open.defer(() => removeAll({ cluster, say, hurry }))
  const node = await nodeFor(cluster)
  const given = { image: `${images}redirect:good`, node, stop }
  const visitor = await startClient(cluster, visitorPlace, given)
  const programClient = await startClient(cluster, programPlace, given)
  const watcher = await startClient(cluster, watcherPlace, given)
  const through = watcher.path
  const scraping = open.use(await openScraping({ host, scratch, supervision, cluster, through }))
  const found: Found = {}
  open.defer(() => found.traffic?.[Symbol.asyncDispose]())
  const running = open.move()
  return {
    cluster,
    engines,
    scraping,
    visitor,
    program: programClient,
    watcher,
    place: { scratch, images, host, prometheus: scraping.url },
    node,
    redirectPods: pods,
    visitsPerSecond,
    say,
    stop,
    found,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

/** It might be the one that visitors depend on. */
async function refuseOthers(cluster: Cluster): Promise<void> {
  for (const name of namespaces)
    if ((await cluster.get(`/api/v1/namespaces/${name}`)) !== undefined)
      throw new CannotStart(
        `The cluster has a namespace ${name}; this test makes it, and removes it afterwards.`,
      )
}

async function requireRollouts(cluster: Cluster): Promise<void> {
  if (!(await hasRollouts(cluster)))
    throw new CannotStart('The cluster has no Argo Rollouts; --only leaves the canary out.')
}

async function hasRollouts(cluster: Cluster): Promise<boolean> {
  const kind = 'customresourcedefinitions/rollouts.argoproj.io'
  return (await cluster.get(`/apis/apiextensions.k8s.io/v1/${kind}`)) !== undefined
}

/** The clients stay on one, so that another can be drained. */
async function nodeFor(cluster: Cluster): Promise<string> {
  const nodes = await cluster.list<Node>('/api/v1/nodes')
  const free = nodes.filter(({ spec }) => spec.unschedulable !== true && spec.taints === undefined)
  const [node] = free
  if (node === undefined) throw new CannotStart('No node of the cluster takes pods.')
  return node.metadata.name
}

interface Removal {
  readonly cluster: Cluster
  readonly say: (line: string) => void
  readonly hurry: AbortSignal
}

async function removeAll({ cluster, say, hurry }: Removal): Promise<void> {
  say('removing all that was made')
  // Pods first: while there are some that may take an hour to go, a namespace is not looked at again for half an hour.
  const workloads = ['deployment', ...((await hasRollouts(cluster)) ? ['rollout'] : []), 'job']
  await cluster.kubectl(['-n', namespace, 'delete', workloads.join(), '--all'])
  const pods = `/api/v1/namespaces/${namespace}/pods`
  await until('all pods are gone', async () => (await cluster.list(pods)).length === 0, {
    stop: hurry,
  })
  const { namespace: monitoring, name } = watcherPlace
  await cluster.kubectl(['delete', 'namespace', '--ignore-not-found', ...namespaces])
  await cluster.kubectl(['-n', monitoring, 'delete', '--ignore-not-found', 'pod', name])
  await cluster.kubectl(['-n', monitoring, 'delete', '--ignore-not-found', 'configmap', name])
  const classes = ['redirect', 'link-write', 'analytics'].map((it) => `sleepwell-${it}`)
  await cluster.kubectl(['delete', 'priorityclass', '--ignore-not-found', ...classes])
}
