import { expect, jest, test } from '@jest/globals'
import { full, recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import type { Point } from './test-consumers.ts'
import { openGround } from './test-ground.ts'
import { balanced, recount, recountNaively } from './test-recount.ts'

jest.setTimeout(300_000)

const fault = 'consumer-killed'
const description =
  'analytics is killed (SIGKILL) before and after every statement that it sends, and while a commit is under way; each time another one is started.'

const kill = (moment: Point['moment'], statement: string): Point => ({
  moment,
  statement,
  signal: 'SIGKILL',
})

test('a consumer that counts first and moves its offset afterwards counts twice when it is killed', async () => {
  await using ground = await openGround()
  const traffic = ground.traffic()
  await traffic.ship(30)
  const killed = ground.start({ guarded: false, point: kill('after', 'count_naively') })
  expect(await killed.exited).toBe('SIGKILL')
  await using _heir = ground.start({ guarded: false })
  await ground.drained()
  const counts = await recountNaively(ground.query, [traffic])
  recordGuardOff(fault, description, { ...counts, kills: 1, acknowledged: traffic.clicks.length })
  expect(counts).toEqual({ lost: 0, doubled: 30 })
})

test('killed at any statement, a consumer counts every click once', async () => {
  await using ground = await openGround()
  const traffic = ground.traffic()
  const ship = () => traffic.ship(30)
  await ship()
  const all = await findPoints(ground)
  const points = full ? all : all.filter((_, i) => i % 3 === 0)
  expect(points.length).toBeGreaterThanOrEqual(12)
  for (const point of points) {
    await ship()
    const consumer = ground.start({ point })
    expect([point, await consumer.exited]).toEqual([point, 'SIGKILL'])
  }
  const backAt = performance.now()
  await using _last = ground.start()
  await ground.drained()
  const catchUpSeconds = (performance.now() - backAt) / 1000
  const { wrong, ...counts } = await recount(ground.query, [traffic])
  recordRun(fault, description, {
    ...counts,
    kills: points.length,
    acknowledged: traffic.clicks.length,
    catchUpSeconds: Number(catchUpSeconds.toFixed(1)),
  })
  expect({ ...counts, wrong }).toEqual(balanced)
})

/** Whatever a consumer sends for a batch with one of everything in it. */
async function findPoints(ground: Awaited<ReturnType<typeof openGround>>): Promise<Point[]> {
  await using consumer = ground.start()
  await ground.drained()
  const around = consumer.statements.flatMap((name) => [kill('before', name), kill('after', name)])
  return [...around, kill('sent', 'commit')]
}
