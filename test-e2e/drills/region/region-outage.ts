// A region is lost with everything in it while visitors come and people write; the other one is promoted; the lost one returns.
import { setTimeout as sleep } from 'node:timers/promises'
import { insertLinks } from '../../faults/links-in-postgres.ts'
import { deliveredIn } from '../../watched-stack.ts'
import { collect } from '../collect.ts'
import { type DrillRun, summarize } from '../drill-run.ts'
import { wasThere } from '../evidence.ts'
import { whyNoCables } from '../node-network.ts'
import type { OwnPlan, RunContext } from '../plan.ts'
import { toldSince } from '../told-alerts.ts'
import { startReaders, startVisitors } from '../visitors.ts'
import { startWriters } from '../writers.ts'
import { differences } from './differences.ts'
import { writeInTheLag } from './lag-writes.ts'
import { ttlSeconds } from './names.ts'
import { promoteRegion, readLostChanges } from './region-commands.ts'
import { bringBack, reimport } from './region-return.ts'
import { openTwoRegions, type TwoRegions } from './two-regions.ts'

export const regionOutage: OwnPlan = {
  name: 'region-outage',
  description:
    'Of two regions the one with the primary of the links is lost with all its processes, engines and addresses, while the log of the last two seconds has not reached the other one; a person promotes the other one by one command; the lost one returns as a standby, and what only it had is listed and brought back.',
  whyNot: async () => {
    const reason = await whyNoCables()
    return reason && `it makes network namespaces, which takes root: ${reason}`
  },
  run,
  broken: ({ redirects, figures }) => {
    const last = Math.max(0, ...redirects.failures.map(({ lastSeconds }) => lastSeconds))
    const limit = ttlSeconds + 5
    const wrong = (name: string, text: string) => ((figures[name] ?? 0) === 0 ? [] : [text])
    return [
      ...(last > limit ? [`visitors failed until ${last} s after the outage`] : []),
      ...wrong('unnamedLostWrites', 'a lost write was not listed'),
      ...wrong('wronglyNamedWrites', 'a write was listed that was not lost'),
      ...wrong('linksThatDiffer', 'the links of the two regions differ'),
      ...wrong('clicksThatDiffer', 'the clicks of the two regions differ'),
      ...wrong('sumsThatDiffer', 'the sums of the two regions differ'),
    ]
  },
}

/** Two of everything run on this machine. */
const shareOfLoad = 0.3
const links = 5_000
const warmUpMs = 15_000
/** Until a person has read the page, looked, and decided. */
const decisionMs = 10_000
const settleMs = 60_000
const degradedMs = 30_000

async function run({ pace, say, stop }: RunContext): Promise<DrillRun> {
  const pass = (ms: number) => sleep(ms, undefined, { signal: stop })
  const startedAt = new Date()
  say('starting two regions')
  await using open = new AsyncDisposableStack()
  const regions = open.use(
    await openTwoRegions({ CACHE_MAX_MB: '1' }, ({ query }) =>
      insertLinks(async (sql, values) => await query('links', sql, values), links),
    ),
  )
  const { a, b, access, names } = regions
  const stable = Array.from({ length: links }, (_, n) => `link-${n}`)
  const before = startWriters(access, pace.writesPerSecond * shareOfLoad)
  const slugs = { stable, written: [...before.slugs] }
  const visitors = startVisitors(access, pace.redirectsPerSecond * shareOfLoad, slugs)
  const readers = startReaders(access, pace.reportsPerSecond)
  open.defer(async () => {
    await Promise.all([before.stop(0), visitors.stop(), readers.stop()])
  })
  await pass(warmUpMs)
  const begunAt = performance.now()
  await pass(pace.aroundMs)

  const earlier = await before.stop(settleMs)
  const inTheLag = await writeInTheLag(regions)
  const struckAt = performance.now()
  const struck = new Date()
  const since = () => Math.round((performance.now() - struckAt) / 100) / 10
  say('region A is lost')
  await a.lose()
  const after = startWriters(access, pace.writesPerSecond * shareOfLoad, 'after')
  open.defer(async () => void (await after.stop(0)))
  const figures: Record<string, number> = {}
  await untilOnly(regions, [b.place.host], stop)
  figures.nameMovedSeconds = since()
  say(`the name leads to region B alone after ${figures.nameMovedSeconds} s`)
  await pass(decisionMs)
  const promotion = await promoteRegion(b.links, a.links)
  for (const line of promotion.said) say(line)
  figures.promotionCommandSeconds = promotion.seconds
  figures.promotedSeconds = since()
  // Not all, and not before they can be made: who asks for many unknown slugs is turned away as a scan.
  slugs.written.push(...after.slugs.slice(0, 20))
  await pass(pace.faultMs)

  say('region A returns, as a standby')
  a.place.heal()
  await a.links.start(b.links)
  const lost = await readLostChanges(b.links, a.links)
  const named = new Set(lost.map(({ slug }) => slug))
  figures.lostWrites = lost.length
  figures.unnamedLostWrites = inTheLag.slugs.filter((slug) => !named.has(slug)).length
  figures.wronglyNamedWrites = lost.filter(({ slug }) => !inTheLag.slugs.includes(slug)).length
  await bringBack(a, b)
  await reimport(regions.accessAt(b), lost)
  say(`${lost.length} changes that only region A had are brought back`)
  await untilOnly(regions, [a.place.host, b.place.host].toSorted(), stop)
  figures.returnedSeconds = since()
  say('mended')
  const mendedAt = performance.now()
  await pass(pace.aroundMs)
  const later = await after.stop(settleMs)
  await Promise.all([visitors.stop(), readers.stop()])
  const endedAt = performance.now()
  await names[Symbol.asyncDispose]()

  say('load stopped; waiting until both regions have counted the last clicks')
  const replays = [...(await before.replay()), ...(await after.replay())]
  const books = await collect(b, visitors.all)
  await collect(a, visitors.all)
  Object.assign(figures, await differences(a, b))
  const evidence = {
    writes: [...stable.map(wasThere), ...earlier, ...inTheLag.writes, ...later],
    reads: visitors.all,
    reports: readers.all,
    degraded: [
      { from: 0, to: begunAt },
      { from: struckAt, to: mendedAt + degradedMs },
    ],
    replays,
    ...books,
  }
  return summarize(
    evidence,
    { begunAt, struckAt, mendedAt, endedAt },
    {
      startedAt: startedAt.toISOString(),
      alerts: toldSince(struck, deliveredIn(b.data)),
      figures,
    },
  )
}

async function untilOnly(
  { names, lastWords }: TwoRegions,
  addresses: readonly string[],
  stop: AbortSignal,
): Promise<void> {
  const limit = performance.now() + 180_000
  while ((await names.answer()).join() !== addresses.join()) {
    if (performance.now() > limit) throw new Error(`the name stays elsewhere\n${lastWords()}`)
    await sleep(50, undefined, { signal: stop })
  }
}
