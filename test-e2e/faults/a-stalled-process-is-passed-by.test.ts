// A redirect process stands still for two seconds, as behind a long pause of its event loop or its machine.
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, jest, test } from '@jest/globals'
import { full, recordRun } from '@sleepwell/testing/fault-run'
import { follow, until } from '../api.ts'
import { openFleet } from './fleet.ts'
import { startLoad } from './load-client.ts'
import type { ServiceProcess } from './service-process.ts'

jest.setTimeout(900_000)

const perSecond = full ? 1_000 : 300
const stalls = full ? 10 : 1
const stallMs = 2_000

test('a process that stalls is passed by, comes back by itself, and loses nothing', async () => {
  await using fleet = await openFleet({})
  await using load = startLoad(fleet.shortLink, { perSecond }, 4 * perSecond)
  const own: string[] = []
  let answeredWhileStalled = 0
  for (let i = 0; i < stalls; i++) {
    const process = fleet.processes[i % fleet.processes.length]
    if (process === undefined) throw new Error('none')
    await until(
      () => answers(process),
      (count) => count >= 100,
    )

    process.send('SIGSTOP')
    await sleep(stallMs / 4)
    const before = load.answered.length
    await sleep(stallMs / 2)
    const meanwhile = load.answered.length - before
    await sleep(stallMs / 4)
    process.send('SIGCONT')
    expect(meanwhile).toBeGreaterThan(0)
    answeredWhileStalled += meanwhile

    expect((await fetch(`${process.adminUrl}/livez`)).status).toBe(200)
    // It follows changes again, asks the database again, and HAProxy sends visitors again.
    await until(
      () => process.metric('redirect_change_feed_age_seconds'),
      (age) => age < 0.5,
    )
    await fleet.addLink(`new-${i}`)
    const known = await follow(`${process.url}/new-${i}`)
    expect(known.status).toBe(302)
    own.push(known.requestId ?? '')
    const soFar = await answers(process)
    await until(
      () => answers(process),
      (count) => count > soFar + 10,
    )
  }
  await load.stop()
  const { unanswered, ...counts } = await fleet.stopAndRecount([...load.answered, ...own])
  recordRun(
    'event-loop-stall',
    'One of three redirect processes behind HAProxy is frozen for two seconds (SIGSTOP), while visitors come.',
    {
      ...counts,
      unanswered,
      stalls,
      answered: load.answered.length,
      failedRequests: load.others(),
      answeredPerSecondWhileStalled: Math.round(answeredWhileStalled / stalls / (stallMs / 2_000)),
    },
  )
  expect({ ...counts, unanswered, failed: load.others() }).toEqual({
    lost: 0,
    doubled: 0,
    unanswered: 0,
    failed: 0,
  })
})

const answers = (process: ServiceProcess) =>
  process.metric('redirect_requests_total{outcome="found"')
