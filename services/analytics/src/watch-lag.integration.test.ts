// On the real log, with a real consumer that can be held.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { ClickLog } from '@sleepwell/click-log/click-log'
import { openClickLog } from '@sleepwell/click-log/open-click-log'
import { openTestDatabase, type TestDatabase } from '@sleepwell/testing/postgres'
import { clicksTopic } from '@sleepwell/contracts/click'
import { findOffsets } from './offset-table.ts'
import { click, encode, openCounting, silent, type Counting } from './test-clicks.ts'
import { watchLag, type WatchedLag } from './watch-lag.ts'

describe('the lag of postgres', () => {
  let database: TestDatabase
  let counting: Counting
  let publisher: ClickLog
  let log: ClickLog
  let lag: WatchedLag
  beforeEach(async () => {
    database = await openTestDatabase('analytics')
    counting = await openCounting()
    publisher = openClickLog(database.url('redirect'), { log: silent })
    log = openClickLog(database.url('analytics'), { log: silent })
    const findOffsetsOf = async () =>
      findOffsets(counting.pool, { cluster: await log.cluster(), topic: clicksTopic })
    const deps = {
      log: 'postgres',
      findOffsets: findOffsetsOf,
      bounds: log.bounds,
      failed: () => {},
    }
    lag = watchLag(deps, 20)
  })
  afterEach(async () => {
    for (const one of [lag, log, publisher, counting, database]) await one[Symbol.asyncDispose]()
  })

  const publish = async (count: number) => {
    for (let i = 0; i < count; i++) await publisher.publish([encode(click())])
  }
  const waiting = () => lag.last().reduce((sum, { records }) => sum + records, 0)
  const untilWaiting = async (count: number) => {
    while (lag.last().length === 0 || waiting() !== count) await sleep(10)
  }
  const consume = (changes: Parameters<Counting['consumer']>[0] = {}) =>
    log.consume(counting.consumer({ group: async () => 'lag', cluster: log.cluster, ...changes }))

  test('is what nobody has read, and goes as it is counted', async () => {
    await untilWaiting(0)
    await publish(12)
    await untilWaiting(12)
    // Spread over partitions as they were published.
    expect(lag.last().filter(({ records }) => records > 0).length).toBeGreaterThan(1)
    await using _consumer = consume()
    await untilWaiting(0)
    expect(counting.outcomes.flatMap(({ stored }) => stored.counted)).toHaveLength(12)
  })

  test('grows while the consumer stands still', async () => {
    const held = Promise.withResolvers<void>()
    await using _consumer = consume({
      storePart: async (part) => {
        await held.promise
        return await counting.storePart(part)
      },
    })
    await publish(8)
    await untilWaiting(8)
    await publish(8)
    await untilWaiting(16)
    expect(counting.outcomes).toEqual([])
    held.resolve()
    await untilWaiting(0)
    expect(counting.outcomes.flatMap(({ stored }) => stored.counted)).toHaveLength(16)
  })
})
