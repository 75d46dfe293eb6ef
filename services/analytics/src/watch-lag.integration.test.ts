// On the real logs, with a real consumer that can be held.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { ClickLog } from '@sleepwell/click-log/click-log'
import { openClickLog } from '@sleepwell/click-log/open-click-log'
import { openTestTopic } from '@sleepwell/testing/kafka'
import { openTestDatabase } from '@sleepwell/testing/postgres'
import { clicksTopic } from '@sleepwell/contracts/click'
import { findOffsets } from './offset-table.ts'
import { click, encode, openCounting, silent, type Counting } from './test-clicks.ts'
import { watchLag, type WatchedLag } from './watch-lag.ts'

const openers = {
  kafka: async () => {
    const topic = await openTestTopic('one broker', 2)
    return { publisher: topic.url, consumer: topic.url, close: topic }
  },
  postgres: async () => {
    const database = await openTestDatabase('analytics')
    const [publisher, consumer] = [database.url('redirect'), database.url('analytics')]
    return { publisher, consumer, close: database }
  },
}

describe.each(['kafka', 'postgres'] as const)('the lag of %s', (kind) => {
  let place: Awaited<ReturnType<(typeof openers)[typeof kind]>>
  let counting: Counting
  let publisher: ClickLog
  let log: ClickLog
  let lag: WatchedLag
  beforeEach(async () => {
    place = await openers[kind]()
    counting = await openCounting()
    publisher = openClickLog(place.publisher, { log: silent })
    log = openClickLog(place.consumer, { log: silent })
    const findOffsetsOf = async () =>
      findOffsets(counting.pool, { cluster: await log.cluster(), topic: clicksTopic })
    const deps = { log: kind, findOffsets: findOffsetsOf, bounds: log.bounds, failed: () => {} }
    lag = watchLag(deps, 20)
  })
  afterEach(async () => {
    for (const one of [lag, log, publisher, counting, place.close]) await one[Symbol.asyncDispose]()
  })

  const publish = async (count: number) => {
    for (let i = 0; i < count; i++) await publisher.publish([encode(click())])
  }
  const waiting = () => lag.last().reduce((sum, { records }) => sum + records, 0)
  const untilWaiting = async (count: number) => {
    while (lag.last().length === 0 || waiting() !== count) await sleep(10)
  }
  const consume = (changes: Parameters<Counting['consumer']>[0] = {}) =>
    log.consume(
      counting.consumer({ group: async () => `lag-${kind}`, cluster: log.cluster, ...changes }),
    )

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
