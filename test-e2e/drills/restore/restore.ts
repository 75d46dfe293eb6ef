// The two worst days of a database: it is lost with its disk, and somebody deletes everything.
import { setTimeout as sleep } from 'node:timers/promises'
import { startWatchedStack } from '../../watched-stack.ts'
import { collect } from '../collect.ts'
import { type DrillRun, summarize } from '../drill-run.ts'
import { wasThere } from '../evidence.ts'
import type { OwnPlan, RunContext } from '../plan.ts'
import { warmUpMs } from '../run-drill.ts'
import { toldSince } from '../told-alerts.ts'
import { openBackedUpPostgres } from './backed-up-postgres.ts'
import { deleteEverything, stillGone } from './delete-everything.ts'
import { startLoad } from './load.ts'
import { loseServer } from './lose-server.ts'

const links = 20_000
const settleMs = 60_000
/** After a restore a change may take so long to be seen. */
const degradedMs = 30_000
/** Nobody has to know a link again for longer. */
const mostSecondsToLeadOn = 60
/** As long as a segment may be under way, and what its archiving may take. */
const mostSecondsLost = 65

export const restore: OwnPlan = {
  name: 'restore',
  description:
    'The server of both databases, which has no replica, is lost with its disk right before a segment of WAL is archived, and comes back from the repository of its backups; then somebody deletes every link, and the databases are put back to the moment before.',
  run: runRestore,
  broken: ({ figures: { lostWritesSeconds = Infinity, leadOnAfterSeconds = Infinity } }) => [
    ...(lostWritesSeconds > mostSecondsLost ? [`${lostWritesSeconds} s of writes were lost`] : []),
    ...(leadOnAfterSeconds > mostSecondsToLeadOn
      ? [`links led nowhere for ${leadOnAfterSeconds} s after they were put back`]
      : []),
  ],
}

async function runRestore({ pace, say, stop }: RunContext): Promise<DrillRun> {
  const pass = (ms: number) => sleep(ms, undefined, { signal: stop })
  const startedAt = new Date().toISOString()
  say('starting a Postgres with backups, and the stack')
  await using open = new AsyncDisposableStack()
  const postgres = open.use(await openBackedUpPostgres())
  const stack = open.use(await startWatchedStack({ links, postgres: [postgres.url] }))
  const { system } = stack
  const stable = Array.from({ length: links }, (_, n) => `link-${n}`)
  const { visitors, readers, write } = open.use(startLoad(system, stable, pace))
  const first = write('written')
  await pass(warmUpMs)
  const begunAt = performance.now()
  await pass(pace.aroundMs)

  const figures: Record<string, number> = {}
  const note = (figure: string, value: number) => (figures[figure] = Math.round(value * 10) / 10)
  const scene = { postgres, system, write, say, pass, note }
  const lost = await loseServer(scene, first)
  await pass(pace.aroundMs)
  const later = await lost.next.stop(settleMs)
  const deleted = await deleteEverything(scene)
  const mendedAt = performance.now()
  say('mended')
  const third = write('last')
  await pass(pace.aroundMs)
  const last = await third.stop(settleMs)
  await Promise.all([visitors.stop(), readers.stop()])
  const endedAt = performance.now()
  say('load stopped; waiting for the last clicks')
  const replays = await third.replay()
  const evidence = {
    writes: [...stable.map(wasThere), ...lost.history, ...later, ...deleted.history, ...last],
    reads: visitors.all,
    reports: readers.all,
    degraded: [
      { from: 0, to: begunAt },
      { from: lost.struckAt, to: mendedAt + degradedMs },
    ],
    replays,
    ...(await collect(system, visitors.all)),
  }
  const run = summarize(
    evidence,
    { begunAt, struckAt: lost.struckAt, mendedAt, endedAt },
    { startedAt, alerts: toldSince(lost.struck, stack.delivered), figures },
    [...lost.violations, ...deleted.violations, ...stillGone(visitors.all, deleted.leadOnAt)],
  )
  return { ...run, blindTo: [...run.blindTo, ...lost.blindTo] }
}
