import { setTimeout as sleep } from 'node:timers/promises'
import { expect, jest, test as jestTest } from '@jest/globals'
import { full, recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import * as busy from './busy-redirect.ts'
import { limitProcessor, mayLimitProcessor } from './less-processor.ts'
import type { Asked } from './open-crowd.ts'

jest.setTimeout(300_000)

const fault = 'overload'
const description =
  'visitors, one in ten with an unknown slug, come at one, three and ten times the rate that redirect can answer on a tenth of a processor; each leaves after half a second'
const seconds = full ? 10 : 0.7
const share = 0.1
/** What a tenth of a processor takes of new connections in some 100 ms. */
const guards = { SHEDDING: 'on', LISTEN_BACKLOG: '25', MAX_CONNECTIONS: '1000' }
const noGuards = { SHEDDING: 'off', LISTEN_BACKLOG: '4096', MAX_CONNECTIONS: '100000' }
const factors = [1, 3, 10] as const
/** Of each crowd: nobody is refused a connection by the client itself for long. */
const connections = 4000

const may = mayLimitProcessor()
if (!may) process.stderr.write('skipped: this machine lets nobody limit a processor\n')
const test = may ? jestTest : jestTest.skip
/** It takes its time, and what it shows is no promise. */
const testInFull = full ? test : jestTest.skip

const mixed = (n: number) => (n % 10 === 9 ? busy.unknown() : busy.known(n))

async function overload(settings: Record<string, string>, keepAlive: boolean) {
  await using redirect = await busy.openBusyRedirect(settings, full ? 5 : 1)
  const limit = limitProcessor(redirect.pid, share)
  const goodput = (asked: readonly Asked[]) =>
    Math.round(asked.filter(busy.isGood).length / seconds)
  const all: Asked[] = []
  const send = async (crowd: Parameters<typeof redirect.send>[0]) => {
    const asked = await redirect.send({ seconds, slugOf: mixed, keepAlive, ...crowd })
    all.push(...asked)
    return asked
  }
  // As many as get an answer from a few connections that are never idle.
  const capacity = goodput(await send({ perSecond: keepAlive ? 3000 : 1000, connections: 32 }))
  const figures: Record<string, number> = { capacityPerSecond: capacity }
  const crowded: Asked[] = []
  for (const factor of factors) {
    const asked = await send({ perSecond: capacity * factor, connections })
    if (factor > 1) crowded.push(...asked)
    figures[`goodputAt${factor}`] = goodput(asked)
    figures[`p99MsAt${factor}`] = busy.p99Ms(asked)
    figures[`knownShedPercentAt${factor}`] = busy.shedPercent(asked, 'known')
    figures[`unknownShedPercentAt${factor}`] = busy.shedPercent(asked, 'unknown')
  }
  const peak = Math.max(capacity, ...factors.map((factor) => figures[`goodputAt${factor}`] ?? 0))
  for (const factor of factors.slice(1))
    figures[`percentOfPeakAt${factor}`] = Math.round(
      ((figures[`goodputAt${factor}`] ?? 0) / peak) * 100,
    )
  const overAt = performance.now()
  for (let wellInARow = 0; wellInARow < 3; await sleep(20)) {
    const asked = await send({ perSecond: 20, seconds: 0.1, connections: 8, slugOf: busy.known })
    wellInARow = asked.every(busy.isGood) ? wellInARow + 1 : 0
  }
  figures.secondsUntilWell = Math.round(performance.now() - overAt) / 1000
  limit[Symbol.dispose]()
  return { figures, crowded, all, ...(await redirect.stopAndRecount(all)) }
}

const unguarded = new Map<boolean, number>()

describeEach((keepAlive, visitors) => {
  const name = `${fault}-${visitors}`
  const what = `${description} (${visitors})`

  testInFull(`${visitors}: when all are answered, most have left by then`, async () => {
    const { figures, lost, doubled } = await overload(noGuards, keepAlive)
    recordGuardOff(name, what, { ...figures, lost, doubled })
    unguarded.set(keepAlive, figures.goodputAt10 ?? 0)
    expect(figures.goodputAt10).toBeLessThan((figures.capacityPerSecond ?? 0) / 2)
  })

  test(`${visitors}: who is answered is answered well, and unknown slugs are shed first`, async () => {
    const { figures, crowded, all, lost, doubled } = await overload(guards, keepAlive)
    recordRun(name, what, { ...figures, lost, doubled })
    expect(busy.wrongIn(all)).toEqual([])
    expect(busy.shedPercent(crowded, 'unknown')).toBeGreaterThanOrEqual(
      busy.shedPercent(crowded, 'known'),
    )
    expect({ lost, doubled }).toEqual({ lost: 0, doubled: 0 })
    expect(figures.goodputAt10).toBeGreaterThan(full ? (unguarded.get(keepAlive) ?? 0) : 0)
  })
})

function describeEach(body: (keepAlive: boolean, visitors: string) => void) {
  body(true, 'connections-are-used-again')
  body(false, 'each-with-a-connection')
}
