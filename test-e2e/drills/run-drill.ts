// One run of a drill: the stack from nothing, load, the fault, recovery, quiet, judgement.
import { setTimeout as sleep } from 'node:timers/promises'
import { startWatchedStack, type Receiver, type WatchedStack } from '../watched-stack.ts'
import { collect } from './collect.ts'
import { type DrillRun, summarize } from './drill-run.ts'
import { whyNoCables } from './node-network.ts'
import { openPatroniCluster, type PatroniCluster } from './patroni-cluster.ts'
import type { Plan } from './plan.ts'
import { startReaders, startVisitors } from './visitors.ts'
import { startWriters } from './writers.ts'

export interface Pace {
  readonly redirectsPerSecond: number
  readonly writesPerSecond: number
  readonly reportsPerSecond: number
  /** Before the fault, and after it. */
  readonly aroundMs: number
  readonly faultMs: number
  /** Among other work nobody can say how soon an edit has to be seen, but that it is within half a minute. */
  readonly busy: boolean
}

export const fullPace: Pace = {
  redirectsPerSecond: 200,
  writesPerSecond: 20,
  reportsPerSecond: 1,
  aroundMs: 15_000,
  faultMs: 15_000,
  busy: false,
}
export const shortPace: Pace = {
  redirectsPerSecond: 60,
  writesPerSecond: 8,
  reportsPerSecond: 1,
  aroundMs: 3_000,
  faultMs: 3_000,
  busy: true,
}

/** Of which memory holds the smaller part. */
const links = 20_000
const warmUpMs = 5_000
/** How long a change may take until it is answered, after everything is mended. */
const settleMs = 60_000
/** An edit may take so long to be seen after the last fault. */
const degradedMs = 30_000

export async function runDrill(
  plan: Plan,
  pace: Pace,
  say: (line: string) => void,
  stop: AbortSignal,
): Promise<DrillRun> {
  const pass = (ms: number) => sleep(ms, undefined, { signal: stop })
  const startedAt = new Date()
  say('starting the stack')
  const env = { CACHE_MAX_MB: '1', ...plan.env }
  await using open = new AsyncDisposableStack()
  const cluster = plan.cluster === true ? open.use(await openCluster()) : undefined
  const stack = open.use(
    await startWatchedStack({
      env,
      links,
      ...(cluster && { postgres: [cluster.primaryUrl, ...cluster.nodes.map(({ url }) => url)] }),
      kafkaBrokers: plan.kafkaBrokers ?? 1,
    }),
  )
  const { system } = stack
  const writers = startWriters(system.access, pace.writesPerSecond)
  const stable = Array.from({ length: links }, (_, n) => `link-${n}`)
  const slugs = { stable, written: writers.slugs }
  const visitors = startVisitors(system.access, pace.redirectsPerSecond, slugs)
  const readers = startReaders(system.access, pace.reportsPerSecond)
  open.defer(async () => {
    await Promise.all([writers.stop(0), visitors.stop(), readers.stop()])
  })
  await pass(warmUpMs)
  const begunAt = performance.now()
  await pass(pace.aroundMs)

  const figures: Record<string, number> = {}
  const struckAt = performance.now()
  const struck = new Date()
  await plan.act({
    stack,
    system,
    cluster,
    say,
    faultMs: pace.faultMs,
    pass,
    note: (figure, value) => (figures[figure] = value),
  })
  const mendedAt = performance.now()
  say('mended')
  await pass(pace.aroundMs)
  const writes = await writers.stop(settleMs)
  await Promise.all([visitors.stop(), readers.stop()])
  const endedAt = performance.now()
  say('load stopped; waiting for the last clicks')
  const replays = await writers.replay()
  const books = await collect(system, visitors.all)
  const evidence = {
    writes: [...stable.map(wasThere), ...writes],
    reads: visitors.all,
    reports: readers.all,
    degraded: pace.busy
      ? [{ from: 0, to: Infinity }]
      : [{ from: struckAt, to: mendedAt + degradedMs }],
    replays,
    ...books,
  }
  return summarize(
    evidence,
    { begunAt, struckAt, mendedAt, endedAt },
    { startedAt: startedAt.toISOString(), alerts: alertsOf(stack, struck), figures },
  )
}

async function openCluster(): Promise<PatroniCluster> {
  const noCables = await whyNoCables()
  return await openPatroniCluster({ cables: noCables === undefined })
}

/** A link that nobody changes. */
function wasThere(slug: string) {
  return {
    slug,
    destination: `https://example.com/${slug}`,
    start: -Infinity,
    acknowledgedAt: -Infinity,
    tries: 1,
  }
}

function alertsOf(stack: WatchedStack, since: Date): DrillRun['alerts'] {
  const receivers: readonly Receiver[] = ['page', 'ticket']
  return receivers.flatMap((receiver) => {
    const firing = stack.delivered(receiver, since).filter(({ status }) => status === 'firing')
    const first = Map.groupBy(firing, ({ labels }) => labels.alertname ?? '')
    return [...first].map(([alert, [one]]) => ({
      alert,
      receiver,
      afterSeconds: Math.round((Date.parse(one?.receivedAt ?? '') - since.getTime()) / 100) / 10,
    }))
  })
}
