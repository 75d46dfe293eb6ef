// Where the proofs take place: a cluster, engines beside it, Prometheus, and clients inside it.
import type { Cluster } from './cluster.ts'
import type { Engines } from './engines.ts'
import type { Client } from './inside.ts'
import type { Overlay, Place } from './overlay.ts'
import type { Scraping } from './scraping.ts'
import type { Traffic } from './traffic.ts'

export interface Stage {
  readonly cluster: Cluster
  readonly engines: Engines
  readonly scraping: Scraping
  readonly visitor: Client
  readonly program: Client
  readonly watcher: Client
  readonly place: Place
  /** The node that the clients are on. */
  readonly node: string
  /** Of redirect, while there is a canary. */
  readonly redirectPods: number
  readonly visitsPerSecond: number
  readonly say: (line: string) => void
  readonly stop: AbortSignal
  /** What is found on the way, and needed by what follows. */
  readonly found: Found
}

export interface Found {
  apiKey?: string
  slugs?: readonly string[]
  /** From the first link on. */
  traffic?: Traffic
  overlay?: Overlay
}

/** Numbers, and a word here and there, for the page. */
export type Figures = Readonly<Record<string, number | string>>

export interface Proof {
  /** kebab-case, as people type it. */
  readonly name: string
  /** What holds if it passes, in a sentence. */
  readonly promise: string
  /** Without it nothing that follows can hold. */
  readonly foundation?: boolean
  /** Resolves to its figures, or to why this cluster cannot show it; rejects if it does not hold. */
  readonly run: (stage: Stage) => Promise<Figures | { readonly leftOut: string }>
}

export function trafficOf({ found }: Stage): Traffic {
  if (found.traffic === undefined) throw new Error('there are no visitors yet')
  return found.traffic
}

export function expectThat(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise)
}
