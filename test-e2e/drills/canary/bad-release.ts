// Four bad releases and a good one, each a directory of its own, released to ten servers as to any: what they are told apart by is
// what Prometheus has scraped of them.
import { setTimeout as sleep } from 'node:timers/promises'
import { slos } from '@sleepwell/contracts/slo'
import { collect } from '../collect.ts'
import { type DrillRun, summarize } from '../drill-run.ts'
import { wasThere } from '../evidence.ts'
import type { OwnPlan, RunContext } from '../plan.ts'
import { startReaders, startVisitors } from '../visitors.ts'
import { startWriters } from '../writers.ts'
import type { Fault } from './make-release.ts'
import { openScene, type Scene } from './scene.ts'

interface Bad {
  readonly name: string
  readonly fault?: Fault
  /** Whether the canary is visited by the tool too, so that a hundredth of the traffic is enough to judge. */
  readonly floor: boolean
  /** In what the tool says of it. */
  readonly why: RegExp
}

const bad: readonly Bad[] = [
  { name: 'failing', fault: 'failing', floor: true, why: /redirect-availability/u },
  { name: 'slow', fault: 'slow', floor: true, why: /redirect-latency/u },
  { name: 'crashing', fault: 'crashing', floor: true, why: /is DOWN|began anew|does not tell/u },
  { name: 'unvisited', floor: false, why: /requests \d/u },
]

const links = 5_000
const servers = 10
const writesPerSecond = 4
/** The five minutes are thirty seconds. */
const timeScale = 10
const warmUpMs = 20_000
const settleMs = 60_000

export const badRelease: OwnPlan = {
  name: 'bad-release',
  description:
    'To ten redirects behind HAProxy, under load, `npm run release` releases one that fails for 20 % of visitors, one that takes 100 ms longer, one that crashes again and again, one that too few visit to judge it, and then a good one.',
  run,
  broken: ({ figures, redirects: { before, during, after } }) => {
    const { goodServers = 0, failedElsewhere = 0 } = figures
    const asked = before.asked + during.asked + after.asked
    const allowed = asked * (1 - slos.redirectAvailability.objective)
    return [
      ...bad.flatMap(({ name }) => brokenIn(name, figures)),
      ...(goodServers === servers ? [] : ['the good release does not run everywhere']),
      // Servers are restarted meanwhile, with nothing in memory: as much as the objective allows at all.
      ...(failedElsewhere <= allowed
        ? []
        : [`${failedElsewhere} redirects failed that no bad release was asked for`]),
    ]
  },
}

function brokenIn(name: string, figures: DrillRun['figures']): string[] {
  const { [`${name}Servers`]: reached = 0, [`${name}Requests`]: met = 0 } = figures
  const { [`${name}OfRequests`]: all = 0, [`${name}RolledBack`]: rolledBack } = figures
  return [
    ...(rolledBack === 1 ? [] : [`${name} was not rolled back for what is wrong with it`]),
    ...(reached === 1 ? [] : [`${name} ran on ${reached} servers`]),
    // One more may have been on its way.
    ...(met <= all / 100 + 1 ? [] : [`${met} of ${all} requests met ${name}`]),
  ]
}

async function run({ pace, say, stop }: RunContext): Promise<DrillRun> {
  const pass = (ms: number) => sleep(ms, undefined, { signal: stop })
  const startedAt = new Date().toISOString()
  say('starting the system, and ten redirects')
  await using open = new AsyncDisposableStack()
  const scene = open.use(await openScene({ links, timeScale, say }))
  const { access, system } = scene
  const writers = startWriters(access, writesPerSecond)
  const stable = Array.from({ length: links }, (_, n) => `link-${n}`)
  const slugs = { stable, written: writers.slugs }
  const visitors = startVisitors(access, pace.redirectsPerSecond, slugs)
  const readers = startReaders(access, pace.reportsPerSecond)
  open.defer(async () => {
    await Promise.all([writers.stop(0), visitors.stop(), readers.stop()])
  })
  await pass(warmUpMs)
  const begunAt = performance.now()
  await pass(pace.aroundMs)

  const figures: Record<string, number> = {}
  const struckAt = performance.now()
  let failedByBad = 0
  for (const one of bad) {
    failedByBad += await releaseBad(scene, one, { say, stop, figures })
    await pass(pace.aroundMs)
  }
  const mendedAt = performance.now()
  const good = scene.makeRelease('good')
  const begun = performance.now()
  const code = await follow(scene.release(good, true), 'good', { say, stop })
  figures.goodServers = scene.running().filter((release) => release === good).length
  figures.goodTookSeconds = rounded((performance.now() - begun) / 1000)
  if (code !== 0) say(`good: ${scene.record().why}`)
  await pass(pace.aroundMs)

  const writes = await writers.stop(settleMs)
  await Promise.all([visitors.stop(), readers.stop()])
  const endedAt = performance.now()
  say('load stopped; waiting for the last clicks')
  const replays = await writers.replay()
  const evidence = {
    writes: [...stable.map(wasThere), ...writes],
    reads: visitors.all,
    reports: readers.all,
    // Twenty processes are started meanwhile, on a machine that they share.
    degraded: [{ from: 0, to: Infinity }],
    replays,
    ...(await collect(system, visitors.all)),
  }
  const times = { begunAt, struckAt, mendedAt, endedAt }
  const whole = summarize(evidence, times, { startedAt, alerts: [], figures })
  return {
    ...whole,
    figures: { ...figures, failedElsewhere: whole.redirects.failed - failedByBad },
  }
}

type Telling = Pick<RunContext, 'say' | 'stop'>

/** @returns how many requests it has failed */
async function releaseBad(
  scene: Scene,
  { name, fault, floor, why }: Bad,
  { figures, ...telling }: Telling & { readonly figures: Record<string, number> },
): Promise<number> {
  const directory = scene.makeRelease(name, fault)
  const code = await follow(scene.release(directory, floor), name, telling)
  const { met, total, failed, servers, seconds } = await scene.exposureTo(directory)
  const record = scene.record()
  const isRight = code === 1 && record.verdict === 'rolled back' && why.test(record.why ?? '')
  const undone = scene.running().every((release) => !release.endsWith(`/${name}`))
  figures[`${name}RolledBack`] = isRight && undone ? 1 : 0
  figures[`${name}Servers`] = servers.length
  figures[`${name}Requests`] = met
  figures[`${name}OfRequests`] = total
  figures[`${name}Percent`] = rounded((100 * met) / total)
  figures[`${name}Failed`] = failed
  figures[`${name}VisitedSeconds`] = rounded(seconds)
  return failed
}

/** Resolves to its exit code; interrupted with this drill, it rolls back first. */
async function follow(
  command: ReturnType<Scene['release']>,
  name: string,
  { say, stop }: Telling,
): Promise<number | null> {
  const interrupt = () => command.send('SIGTERM')
  stop.addEventListener('abort', interrupt)
  const code = await command.ended
  stop.removeEventListener('abort', interrupt)
  for (const line of command.output().trim().split('\n')) say(`${name}: ${line.trim()}`)
  stop.throwIfAborted()
  return code
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}
