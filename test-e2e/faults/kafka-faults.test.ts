// All three brokers away, slow, or refusing what is published, while visitors follow a link.
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, jest, test } from '@jest/globals'
import { openDirectPublisher } from '@sleepwell/testing/direct-publisher'
import { full, recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import { until } from '../api.ts'
import { brokers, demandCopies, openChain, isWhole, type Chain } from './chain.ts'
import { startLoad } from './load-client.ts'
import { recount, seconds, visibleAfter } from './recount.ts'

jest.setTimeout(1_800_000)

/** A shorter outage at full length, for a run in between. */
const outageSeconds = Number(process.env.SLEEPWELL_OUTAGE_SECONDS ?? (full ? 600 : 3))
const perSecond = full ? 2_000 : 500
const kafkaDown = `All three brokers are frozen while visitors come at ${perSecond} a second, then killed; they come back by themselves.`
const freeze = () => brokers.forEach((broker) => broker.freeze())
const thaw = () => brokers.forEach((broker) => broker.thaw())

/** As a redirect without a spool: each click is published once, and what is refused is gone. */
async function publishUnguarded(chain: Chain, during: (lost: () => number) => Promise<void>) {
  await using direct = openDirectPublisher(chain.topic.url)
  let lost = 0
  let sent = 0
  let done = false
  const publishing = (async () => {
    const open: Promise<void>[] = []
    for (; !done; await sleep(20)) {
      sent++
      open.push(direct.publish([Buffer.from('x')]).catch(() => void lost++))
    }
    await Promise.all(open)
  })()
  await during(() => lost)
  done = true
  await publishing
  return { lost, doubled: 0, published: sent }
}

test('Kafka away while clicks come: nothing is lost, and all of it is drained afterwards', async () => {
  await using chain = await openChain()
  const load = startLoad(chain.shortLink, { perSecond })
  await until(chain.counted, (count) => count > 0)
  freeze()
  let maxSpoolBytes = 0
  const endsAt = performance.now() + outageSeconds * 1000
  while (performance.now() < endsAt) {
    await sleep(500)
    maxSpoolBytes = Math.max(maxSpoolBytes, await chain.redirect.metric('redirect_spool_bytes'))
  }
  const during = load.answered.length
  await load.stop()
  for (const broker of brokers) broker.kill()
  const backAt = performance.now()
  const before = await chain.counted()
  const visibleSeconds = await visibleAfter(chain, new Date())
  const drained = (await chain.counted()) - before
  const { unanswered, ...counts } = await recount(chain, load.answered)
  recordRun('kafka-down', kafkaDown, {
    ...counts,
    outageSeconds,
    answered: load.answered.length,
    others: load.others(),
    maxSpoolBytes,
    backAndDrainedSeconds: seconds(performance.now() - backAt),
    drainClicksPerSecond: Math.round(drained / visibleSeconds),
    dataThroughAfterSeconds: visibleSeconds,
  })
  expect(counts).toEqual({ lost: 0, doubled: 0 })
  expect(unanswered).toBeLessThanOrEqual(load.others())
  expect(maxSpoolBytes).toBeGreaterThan(0)
  expect(during).toBeGreaterThan(0)
})

if (full)
  test('without a spool, clicks are lost while Kafka is away', async () => {
    await using chain = await openChain()
    const counts = await publishUnguarded(chain, async () => {
      freeze()
      await sleep(2_000)
      for (const broker of brokers) broker.kill()
    })
    await until(
      () => isWhole(chain.topic),
      (whole) => whole,
    )
    recordGuardOff('kafka-down', kafkaDown, { ...counts, outageSeconds: 2 })
    expect(counts.lost).toBeGreaterThan(0)
  })

test('Kafka that answers in fits and starts slows no redirect down', async () => {
  await using chain = await openChain()
  const fault = 'kafka-slow'
  const description = 'All three brokers are frozen for two seconds and thawed for two, in turns.'
  const turns = full ? 10 : 1
  const load = startLoad(chain.shortLink, { visitors: 8 })
  const answeredDuring = async (work: () => Promise<void>) => {
    const [before, startedAt] = [load.answered.length, performance.now()]
    await work()
    return Math.round((load.answered.length - before) / ((performance.now() - startedAt) / 1000))
  }
  await until(chain.counted, (count) => count > 0)
  const normal = await answeredDuring(() => sleep(full ? 20_000 : 2_000))
  const slow = await answeredDuring(async () => {
    for (let turn = 0; turn < turns; turn++) {
      freeze()
      await sleep(2_000)
      thaw()
      await sleep(2_000)
    }
  })
  await load.stop()
  const dataThroughAfterSeconds = await visibleAfter(chain, new Date())
  const { unanswered, ...counts } = await recount(chain, load.answered)
  recordRun(fault, description, {
    ...counts,
    answered: load.answered.length,
    others: load.others(),
    answeredPerSecond: normal,
    answeredPerSecondWhileSlow: slow,
    ratio: Number((slow / normal).toFixed(2)),
    dataThroughAfterSeconds,
  })
  expect(counts).toEqual({ lost: 0, doubled: 0 })
  expect(unanswered).toBeLessThanOrEqual(load.others())
  expect(slow).toBeGreaterThan(0)
})

test('what Kafka refuses or does not acknowledge in time is published again', async () => {
  await using chain = await openChain()
  const fault = 'produce-errors'
  const description =
    'Every copy is asked for and one broker is frozen: requests run out of time (REQUEST_TIMED_OUT), then are refused (NOT_ENOUGH_REPLICAS).'
  await demandCopies(chain.topic, 3)
  const load = startLoad(chain.shortLink, { perSecond: 200 })
  await until(chain.counted, (count) => count > 0)
  const failures = () => chain.redirect.metric('redirect_spool_publish_failures_total')
  const [last] = brokers.slice(-1)
  const unguarded = await publishUnguarded(chain, async (lost) => {
    last?.freeze()
    await until(failures, (count) => count >= (full ? 10 : 2))
    await until(async () => lost(), Boolean)
    last?.thaw()
  })
  await load.stop()
  const dataThroughAfterSeconds = await visibleAfter(chain, new Date())
  const { unanswered, ...counts } = await recount(chain, load.answered)
  recordGuardOff(fault, description, unguarded)
  recordRun(fault, description, {
    ...counts,
    answered: load.answered.length,
    others: load.others(),
    publishFailures: await failures(),
    dataThroughAfterSeconds,
  })
  expect(unguarded.lost).toBeGreaterThan(0)
  expect(counts).toEqual({ lost: 0, doubled: 0 })
  expect(unanswered).toBeLessThanOrEqual(load.others())
})
