// All processes are replaced, one after the other, while visitors follow a link through HAProxy.
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, jest, test } from '@jest/globals'
import { full, recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import { until } from '../api.ts'
import { openFleet, type FleetOptions } from './fleet.ts'
import { visitUntilDismissed } from './kept-visitor.ts'
import { startLoad } from './load-client.ts'

jest.setTimeout(900_000)

const fault = 'rolling-restart'
const description =
  'Three redirect processes behind HAProxy are stopped (SIGTERM) and started again in random order, while visitors come.'

const perSecond = full ? 1_000 : 300
const rounds = full ? 5 : 1
const settings = { DRAIN_DELAY_SECONDS: full ? '5' : '1' }

/** The same disorder each time. */
const seed = 20_260_714

async function restartAll(options: FleetOptions, rounds: number, signal: NodeJS.Signals) {
  await using fleet = await openFleet(options)
  await using load = startLoad(fleet.shortLink, { perSecond })
  await until(
    async () => load.answered.length,
    (count) => count >= perSecond,
  )
  const codes: (number | null)[] = []
  for (const place of shuffled(rounds)) codes.push(await fleet.restart(place, signal))
  await sleep(1_000)
  await load.stop()
  const counts = await fleet.stopAndRecount(load.answered)
  const figures = {
    lost: counts.lost,
    doubled: counts.doubled,
    unanswered: counts.unanswered,
    restarts: codes.length,
    answered: load.answered.length,
    failedRequests: load.others(),
  }
  return { figures, codes }
}

test('without the delay, and with nobody who tries again, requests fail', async () => {
  const instead = {
    'retries 3': 'retries 0',
    'option redispatch 1': 'no option redispatch',
    'retry-on conn-failure empty-response': 'retry-on none',
  }
  const options = { settings: { DRAIN_DELAY_SECONDS: '0' }, instead }
  const { figures } = await restartAll(options, 1, 'SIGTERM')
  recordGuardOff(fault, description, figures)
  expect(figures.failedRequests).toBeGreaterThan(0)
  expect(figures).toMatchObject({ lost: 0, doubled: 0 })
})

test('a rolling restart fails no request and loses no click', async () => {
  const { figures, codes } = await restartAll({ settings }, rounds, 'SIGTERM')
  recordRun(fault, description, figures)
  expect(codes).toEqual(codes.map(() => 0))
  expect(figures).toMatchObject({ failedRequests: 0, lost: 0, doubled: 0, unanswered: 0 })
})

test('when all of them leave at once, they serve those who come until they are gone', async () => {
  await using fleet = await openFleet({ settings: { DRAIN_DELAY_SECONDS: '3600' } })
  for (const process of fleet.processes) process.send('SIGTERM')
  await using load = startLoad(fleet.shortLink, { perSecond: 100 })
  await sleep(2_000) // by then all checks have failed
  await load.stop()
  expect(load.others()).toBe(0)
  expect(await fleet.stopAndRecount(load.answered)).toMatchObject({ lost: 0, doubled: 0 })
})

test('who has a connection to the process itself is answered on it until told that it ends', async () => {
  await using fleet = await openFleet({ settings: { DRAIN_DELAY_SECONDS: '1' } })
  const [process] = fleet.processes
  if (process === undefined) throw new Error('none')
  const url = `${process.url}/home`
  const begun = Array.from({ length: 65 }, () => Promise.withResolvers<void>())
  const [last, ...first] = begun.map(({ resolve }) => resolve)
  const running = first.map((begun) => visitUntilDismissed(url, { begun }))
  const idle = visitUntilDismissed(url, { pauseMs: 2 ** 30, ...(last && { begun: last }) })
  // Whoever comes after that is told so with the first answer.
  await Promise.all(begun.map(({ promise }) => promise))
  process.send('SIGTERM')
  const visits = await Promise.all(running)
  expect(await process.ended).toBe(0)
  const all = [...visits, await idle]
  expect(visits.map(({ end }) => end)).toEqual(visits.map(() => 'dismissed'))
  // Nobody can tell one who says nothing; its connection was closed while nothing was under way.
  expect((await idle).end).toBe('closed')
  const answered = all.flatMap((visit) => visit.answered)
  expect(await fleet.stopAndRecount(answered)).toEqual({ lost: 0, doubled: 0, unanswered: 0 })
})

/** Places of `rounds` restarts of everybody, each round in an order of its own. */
function shuffled(rounds: number): number[] {
  let state = seed
  const next = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0)
  return Array.from({ length: rounds }, () =>
    [0, 1, 2].map((place) => [next(), place] as const).sort(([a], [b]) => a - b),
  ).flatMap((order) => order.map(([, place]) => place))
}
