// In the order in which they are tried: each takes the system as the one before has left it.
import { counted } from './proofs/counted.ts'
import { drainedNode } from './proofs/drained-node.ts'
import { externalApplies } from './proofs/external-applies.ts'
import { firstLink } from './proofs/first-link.ts'
import { hundredPods } from './proofs/hundred-pods.ts'
import { kafkaOutage } from './proofs/kafka-outage.ts'
import { hungProcess, killedPods, killedProcess } from './proofs/killed-pods.ts'
import { onlyRedirectIsPublic } from './proofs/only-redirect-is-public.ts'
import { badReleases, goodRelease } from './proofs/releases.ts'
import { restarts } from './proofs/restarts.ts'
import { toCanary } from './proofs/to-canary.ts'
import type { Proof } from './stage.ts'

export const proofs: readonly Proof[] = [
  externalApplies,
  firstLink,
  onlyRedirectIsPublic,
  ...restarts,
  drainedNode,
  killedProcess,
  hungProcess,
  killedPods,
  kafkaOutage,
  toCanary,
  ...badReleases,
  goodRelease,
  hundredPods,
  counted,
]
