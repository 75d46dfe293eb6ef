// A real cluster on this machine: three nodes of Patroni and Postgres, of which one is the primary and nothing is acknowledged
// that not two of them have; three members of etcd, which say who that is; and HAProxy, which leads there.
import { freePort, host } from '@sleepwell/deploy-local/ports'
import { etcdPorts, startEtcd } from './etcd.ts'
import { askMembers, askTimeline, type Member } from './patroni-api.ts'
import type { PatroniTimes } from './patroni-config.ts'
import { openNodeNetwork, type NodeNetwork, type Place } from './node-network.ts'
import { prepareNode, type RawNode } from './patroni-node.ts'
import { startPostgresFront } from './postgres-front.ts'
import { followersOf, serversBehind } from './replication.ts'
import { openRunDirectory } from './run-directory.ts'
import { waitFor } from './wait-for.ts'

export interface PatroniCluster extends AsyncDisposable {
  /** Of the superuser, through HAProxy: wherever the primary is. Without a database. */
  readonly primaryUrl: string
  /** The same, to the replicas in turn. */
  readonly replicasUrl: string
  readonly nodes: readonly PatroniNode[]
  /** Whether nodes can be cut off. */
  readonly cables: boolean
  /** The node that may write now; undefined while there is none. */
  readonly leader: () => Promise<PatroniNode | undefined>
  readonly members: () => Promise<readonly Member[]>
  /** Resolves when all nodes are there, one of them confirms what another one writes, and HAProxy leads to all of them. */
  readonly healthy: () => Promise<void>
}

export interface PatroniNode {
  readonly name: string
  /** Of the superuser, without a database and without HAProxy. */
  readonly url: string
  /** As kill -9 does to the postmaster and its children; Patroni lives. */
  readonly killPostgres: () => void
  /** Patroni and Postgres at once. */
  readonly killNode: () => void
  /** After killNode, on its data; resolves when it follows the primary again, or is it. */
  readonly startNode: () => Promise<void>
  /** All of it: alive, but silent, until thawed. */
  readonly freezeNode: () => void
  readonly thawNode: () => void
  /** Pulls its cable, in both directions; only of a cluster that was opened with `cables`. */
  readonly cut: () => void
  readonly heal: () => void
}

export interface PatroniOptions {
  readonly times?: PatroniTimes
  /** Each node with a network of its own, that it can be cut off from. Takes root. */
  readonly cables?: boolean
  /** False: a commit waits for no other server, and what the others did not receive is lost with the primary. */
  readonly synchronous?: boolean
  /** Of Postgres. */
  readonly settings?: Readonly<Record<string, string>>
}

const names = ['postgres-1', 'postgres-2', 'postgres-3']
const size = names.length
const password = 'test'
/** As short as they may be; the defaults of Patroni are 30, 10 and 10. */
const shortest: PatroniTimes = { ttlSeconds: 5, loopSeconds: 1, retrySeconds: 2 }

/** All of them on this machine as it is. */
const inPlace: Place = {
  host,
  enter: [],
  cut: withoutCable,
  heal: withoutCable,
  killAll: withoutCable,
}
const loopback: NodeNetwork = { host, places: names.map(() => inPlace) }

function withoutCable(): never {
  throw new Error('this cluster was opened without cables')
}

/** Resolves when it is healthy. Beforehand: `ensureInstalled('drills')`. */
export async function openPatroniCluster(options: PatroniOptions = {}): Promise<PatroniCluster> {
  await using opening = new AsyncDisposableStack()
  const run = opening.use(openRunDirectory('patroni'))
  const { times = shortest, synchronous = true, settings = {}, cables = false } = options
  const network = cables ? await openNodeNetwork(run, names) : loopback
  // One row: ports that are drawn one by one, and not yet taken, may be the same.
  const port = await freePort(Array.from({ length: 2 + 2 * size + etcdPorts }, (_, i) => i))
  const etcd = await startEtcd(run, network.host, port + 2 + 2 * size)
  const raw: RawNode[] = []
  for (const [i, name] of names.entries()) {
    const place = network.places[i] ?? inPlace
    const ports = { postgres: port + 2 + 2 * i, rest: port + 3 + 2 * i }
    raw.push(prepareNode(run, { name, place, ports, etcd, password, times, synchronous, settings }))
  }
  const front = startPostgresFront(run, raw, port)
  for (const node of raw) node.start()

  const urlOf = (port: number) => `postgres://postgres:${password}@${host}:${port}`
  const primaryUrl = urlOf(front.primaryPort)
  const replicasUrl = urlOf(front.replicasPort)
  const leader = (): Promise<Node | undefined> => findLeader(nodes)
  const members = () => askMembers(raw.map(({ restUrl }) => restUrl))
  const nodes = raw.map((node) => nodeOf(node, leader))
  const isHealthy = async () => {
    const primary = await leader()
    if (primary === undefined) return false
    const followers = await followersOf(primary.url)
    const [confirming] = followers.filter(({ isSynchronous }) => isSynchronous)
    // It may be promoted only if Patroni knows of it.
    const known = (await members()).find(({ role }) => role === 'sync_standby')?.name
    if (synchronous && (known === undefined || known !== confirming?.name)) return false
    if (followers.length < size - 1) return false
    const [[place], ahead, behind] = await Promise.all([
      serversBehind(primary.url, 1),
      serversBehind(primaryUrl, size),
      serversBehind(replicasUrl, size - 1),
    ])
    if (place === undefined || behind.includes(place)) return false
    return ahead.join() === place && behind.length === size - 1
  }
  const healthy = () =>
    waitFor('a healthy cluster', isHealthy, () => raw.map((node) => node.lastWords()).join('\n'))
  await healthy()
  const open = opening.move()
  return {
    primaryUrl,
    replicasUrl,
    nodes,
    cables,
    leader,
    members,
    healthy,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

interface Node extends PatroniNode {
  readonly timeline: () => Promise<number | undefined>
}

/** One that was away may take itself for the leader for a moment: the later timeline counts. */
async function findLeader(nodes: readonly Node[]): Promise<Node | undefined> {
  const asked = await Promise.all(
    nodes.map(async (node) => ({ node, timeline: await node.timeline() })),
  )
  return asked
    .filter(({ timeline }) => timeline !== undefined)
    .toSorted((a, b) => Number(b.timeline) - Number(a.timeline))[0]?.node
}

function nodeOf(raw: RawNode, leader: () => Promise<Node | undefined>): Node {
  const { name, url, restUrl, place } = raw
  const hasItsPlace = async () => {
    const current = await leader()
    if (current === undefined || current.name === name) return current !== undefined
    return (await followersOf(current.url)).some((follower) => follower.name === name)
  }
  return {
    name,
    url,
    timeline: () => askTimeline(restUrl),
    killPostgres: () => raw.signalPostgres('SIGKILL'),
    killNode: () => raw.signal('SIGKILL'),
    startNode: async () => {
      await raw.end()
      raw.start()
      await waitFor(`${name} in its place`, hasItsPlace, raw.lastWords)
    },
    freezeNode: () => raw.signal('SIGSTOP'),
    thawNode: () => raw.signal('SIGCONT'),
    cut: place.cut,
    heal: place.heal,
  }
}
