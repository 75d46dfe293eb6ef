// One run of a drill: the stack from nothing, load, the fault, recovery, quiet, judgement.
import { setTimeout as sleep } from 'node:timers/promises'
import { startWatchedStack } from '../watched-stack.ts'
import { collect } from './collect.ts'
import { type DrillRun, summarize } from './drill-run.ts'
import { wasThere } from './evidence.ts'
import { whyNoCables } from './node-network.ts'
import { openPatroniCluster, type PatroniCluster } from './patroni-cluster.ts'
import type { Plan, RunContext } from './plan.ts'
import { toldSince } from './told-alerts.ts'
import { startReaders, startVisitors } from './visitors.ts'
import { startWriters } from './writers.ts'

/** Of which memory holds the smaller part. */
const links = 20_000
/** Of processes that have just been started, with nothing in memory; what is slow then tells nothing of the fault. */
export const warmUpMs = 15_000
/** How long a change may take until it is answered, after everything is mended. */
const settleMs = 60_000
/** An edit may take so long to be seen after the last fault. */
const degradedMs = 30_000

export async function runDrill(
  plan: Plan,
  { pace, say, stop, seed }: RunContext,
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
    seed,
    note: (figure, value) => (figures[figure] = Math.round(value * 10) / 10),
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
      : [
          { from: 0, to: begunAt },
          { from: struckAt, to: mendedAt + degradedMs },
        ],
    replays,
    ...books,
  }
  return summarize(
    evidence,
    { begunAt, struckAt, mendedAt, endedAt },
    { startedAt: startedAt.toISOString(), alerts: toldSince(struck, stack.delivered), figures },
  )
}

async function openCluster(): Promise<PatroniCluster> {
  const noCables = await whyNoCables()
  return await openPatroniCluster({ cables: noCables === undefined })
}
