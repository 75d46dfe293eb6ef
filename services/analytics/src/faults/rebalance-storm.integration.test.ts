import { setTimeout as sleep } from 'node:timers/promises'
import { expect, jest, test } from '@jest/globals'
import { full, recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import { openGround, type Ground } from './test-ground.ts'
import { balanced, recount, recountNaively } from './test-recount.ts'
import type { Traffic } from './test-traffic.ts'

jest.setTimeout(600_000)

const fault = 'rebalance-storm'
const description =
  'While clicks come as fast as they can be published, a second consumer joins and leaves every three seconds.'

const windows = full ? 10 : 1
const windowMs = 3_000

if (full)
  test('a consumer that counts first counts twice when its partitions are taken from it', async () => {
    await using ground = await openGround()
    const traffic = ground.traffic()
    await using publishing = keepPublishing(traffic)
    const settings = { guarded: false } as const
    await using _steady = ground.start(settings)
    // Each goes without a word, in the midst of its work.
    for (let i = 0; i < 3; i++) {
      const point = { moment: 'after', statement: 'count_naively', signal: 'SIGKILL' } as const
      await ground.start({ ...settings, point }).exited
    }
    await publishing.stop()
    await ground.drained()
    const counts = await recountNaively(ground.query, [traffic])
    recordGuardOff(fault, description, { ...counts, acknowledged: traffic.clicks.length })
    expect(counts.lost).toBe(0)
    expect(counts.doubled).toBeGreaterThan(0)
  })

test('in a storm of joining and leaving, clicks go on being counted, each once', async () => {
  await using ground = await openGround()
  const traffic = ground.traffic()
  await using publishing = keepPublishing(traffic)
  await using steady = ground.start()
  await ground.until(async () => (await counted(ground)) > 0)
  const normal = await progress(ground, windows)
  const storm: number[] = []
  for (let i = 0; i < windows; i++) {
    const rate = await startRate(ground)
    // It stays until half of the window is over: both, the coming and the going, are in it.
    await using joiner = ground.start()
    await ground.until(() => joiner.partitions() > 0)
    await sleep(windowMs / 2)
    await joiner[Symbol.asyncDispose]()
    await ground.until(() => steady.partitions() === ground.partitions)
    storm.push(await rate())
  }
  await publishing.stop()
  await ground.drained()
  const { wrong, ...counts } = await recount(ground.query, [traffic])
  recordRun(fault, description, {
    ...counts,
    acknowledged: traffic.clicks.length,
    normalClicksPerSecond: average(normal),
    stormClicksPerSecond: average(storm),
    progress: Number((average(storm) / average(normal)).toFixed(2)),
  })
  expect(Math.min(...storm)).toBeGreaterThan(0)
  expect({ ...counts, wrong }).toEqual(balanced)
})

function keepPublishing(traffic: Traffic) {
  let stopped = false
  const running = (async () => {
    while (!stopped) await traffic.ship(50)
  })()
  const stop = () => {
    stopped = true
    return running
  }
  return { stop, [Symbol.asyncDispose]: stop }
}

/** Clicks counted a second, in each of so many windows. */
async function progress(ground: Ground, windows: number): Promise<number[]> {
  const each: number[] = []
  for (let i = 0; i < windows; i++) {
    const rate = await startRate(ground)
    await sleep(windowMs)
    each.push(await rate())
  }
  return each
}

/** Asked later, tells how many clicks were counted a second since now. */
async function startRate(ground: Ground): Promise<() => Promise<number>> {
  const before = await counted(ground)
  const startedAt = performance.now()
  return async () => ((await counted(ground)) - before) / ((performance.now() - startedAt) / 1000)
}

async function counted({ query }: Ground): Promise<number> {
  const [found] = await query<{ count: number }>('select count(*)::int as count from clicks')
  return found?.count ?? 0
}

function average(numbers: readonly number[]): number {
  return Math.round(numbers.reduce((sum, each) => sum + each, 0) / numbers.length)
}
