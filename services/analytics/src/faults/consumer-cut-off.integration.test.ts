import { expect, jest, test } from '@jest/globals'
import { full, recordRun } from '@sleepwell/testing/fault-run'
import { openGround } from './test-ground.ts'
import { balanced, recount } from './test-recount.ts'

jest.setTimeout(300_000)

const rounds = full ? 5 : 1

test('a consumer whose connections are open and dead makes new ones, and goes on', async () => {
  await using ground = await openGround()
  const traffic = ground.traffic()
  await using consumer = ground.start({ stillMs: 5_000 })
  let longestMs = 0
  for (let round = 0; round < rounds; round++) {
    await traffic.ship(30)
    await ground.drained()
    consumer.silence()
    await traffic.ship(30)
    const silentAt = performance.now()
    await ground.drained()
    longestMs = Math.max(longestMs, performance.now() - silentAt)
  }
  const { wrong, ...counts } = await recount(ground.query, [traffic])
  recordRun(
    'consumer-cut-off',
    'The connections of a consumer to Kafka stay open, but nothing comes or goes on them any more.',
    {
      ...counts,
      silences: rounds,
      acknowledged: traffic.clicks.length,
      longestStandstillSeconds: Number((longestMs / 1000).toFixed(1)),
    },
  )
  expect({ ...counts, wrong }).toEqual(balanced)
})
