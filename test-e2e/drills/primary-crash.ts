import type { PatroniNode } from './patroni-cluster.ts'
import { failedRedirects, type Plan, type Stage } from './plan.ts'

/** What may happen to a primary, and how it comes back. */
interface Blow {
  readonly name: string
  readonly strike: (primary: PatroniNode) => void
  readonly mend: (primary: PatroniNode) => Promise<void> | void
  /** Whether it needs nodes that can be cut off, which takes root. */
  readonly cable?: boolean
}

const blows: readonly Blow[] = [
  {
    name: 'SIGKILL of its Postgres',
    strike: (primary) => primary.killPostgres(),
    mend: () => {}, // Patroni starts it again, as a replica.
  },
  {
    name: 'SIGKILL of the node',
    strike: (primary) => primary.killNode(),
    mend: (primary) => primary.startNode(),
  },
  {
    name: 'SIGSTOP of the node',
    strike: (primary) => primary.freezeNode(),
    mend: (primary) => primary.thawNode(),
  },
  {
    name: 'its cable is pulled',
    strike: (primary) => primary.cut(),
    mend: (primary) => primary.heal(),
    cable: true,
  },
]

/** Writes have to be back within this. */
const mostGapMs = 30_000

export const primaryCrash: Plan = {
  name: 'primary-crash',
  description:
    'Of a cluster of three (Patroni, etcd, HAProxy; a commit waits for a replica) the primary loses its Postgres, then the next one its node, the next one is frozen and thawed, and the next one is cut off and heals; each time a replica has to take over by itself and the old primary to come back as a replica.',
  cluster: true,
  act: async (stage) => {
    for (const blow of blows)
      if (blow.cable === true && stage.cluster?.cables === false)
        stage.say(`left out, as it takes root: ${blow.name}`)
      else await outlive(stage, blow)
  },
  broken: ({ redirects, writes }) => [
    ...failedRedirects(redirects),
    ...(writes.longestGapMs > mostGapMs
      ? [`no write was acknowledged for ${writes.longestGapMs} ms`]
      : []),
  ],
}

async function outlive({ cluster, say, faultMs, pass, note }: Stage, blow: Blow): Promise<void> {
  const primary = await cluster?.leader()
  if (cluster === undefined || primary === undefined) throw new Error('there is no primary')
  say(`${primary.name}: ${blow.name}`)
  const struckAt = performance.now()
  blow.strike(primary)
  let next: PatroniNode | undefined
  while (next === undefined || next.name === primary.name) {
    await pass(50)
    next = await cluster.leader()
  }
  const seconds = (performance.now() - struckAt) / 1000
  note(`${blow.name.replaceAll(' ', '_')}_promotionSeconds`, Math.round(seconds * 10) / 10)
  say(`${next.name} is the primary after ${seconds.toFixed(1)} s`)
  await pass(faultMs)
  await blow.mend(primary)
  await cluster.healthy()
  say('the cluster is healthy again')
}
