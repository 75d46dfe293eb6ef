// What every click log must do, whatever lies beneath it.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { ClickLog, LogRecord } from './click-log.ts'
import { createDiary, until, type Diary } from './log-diary.ts'
import { encode, type LogUnderTest, readAll } from './test-log.ts'

export function describeClickLog(name: string, open: () => Promise<LogUnderTest>): void {
  describe(`${name}, a click log,`, () => {
    let log: LogUnderTest
    let publisher: ClickLog
    let diary: Diary
    beforeEach(async () => {
      log = await open()
      publisher = log.publisher()
      diary = createDiary()
    })
    afterEach(async () => {
      await log[Symbol.asyncDispose]()
    })

    const publish = (...texts: string[]) => publisher.publish(texts.map((text) => encode(text)))
    const publishNumbered = async (count: number) => {
      const texts = Array.from({ length: count }, (_, i) => `record ${i}`)
      for (let i = 0; i < count; i += 3) await publish(...texts.slice(i, i + 3))
      return texts
    }

    test('has one name for ever', async () => {
      const first = await log.consumer().cluster()
      expect(first).not.toBe('')
      expect(await log.consumer().cluster()).toBe(first)
    })

    test('what was published is read, by a consumer that came later', async () => {
      const texts = await publishNumbered(30)
      await using _consumer = log.consumer().consume(diary.options)
      await until(() => diary.texts().length >= 30)
      expect(diary.texts().sort()).toEqual(texts.sort())
    })

    test('records of one publish stay together and in order, at rising offsets', async () => {
      await publishNumbered(30)
      await using _consumer = log.consumer().consume(diary.options)
      await until(() => diary.texts().length >= 30)
      for (const partition of diary.partitions()) {
        const numbers = diary.of(partition).map(({ text }) => Number(text.slice('record '.length)))
        for (let i = 0; i < numbers.length; i += 3) {
          const first = numbers[i] ?? 0
          expect(numbers.slice(i, i + 3)).toEqual([first, first + 1, first + 2])
        }
        const offsets = diary.of(partition).map(({ offset }) => offset)
        expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b))
      }
    })

    test('publishes are spread over the partitions', async () => {
      await publishNumbered(60)
      await using _consumer = log.consumer().consume(diary.options)
      await until(() => diary.texts().length >= 60)
      expect(diary.partitions().length).toBeGreaterThan(1)
    })

    test('publishing nothing is nothing', async () => {
      await publisher.publish([])
      await publish('something')
      await using _consumer = log.consumer().consume(diary.options)
      await until(() => diary.texts().length > 0)
      expect(diary.texts()).toEqual(['something'])
    })

    test('garbage is carried as it is', async () => {
      const garbage = [new Uint8Array(0), Uint8Array.of(0, 255, 254, 0, 92, 120, 34), encode('{')]
      await publisher.publish(garbage)
      const found: number[][] = []
      await using _consumer = log.consumer().consume({
        startAt: async () => 'earliest',
        handle: async (_partition, records) => {
          found.push(...records.map(({ value }) => [...value]))
          return records.at(-1) === undefined ? 0 : (records.at(-1)?.offset ?? 0) + 1
        },
      })
      await until(() => found.length >= garbage.length)
      expect(found.slice(0, garbage.length)).toEqual(garbage.map((value) => [...value]))
    })

    test('an empty batch tells that the end was reached', async () => {
      await using _consumer = log.consumer().consume(diary.options)
      await until(() => diary.emptyBatches() > 3)
      await publish('afterwards')
      await until(() => diary.texts().includes('afterwards'))
      expect(diary.emptyBatches()).toBeGreaterThan(3)
    })

    test('no record is skipped while several publish at once', async () => {
      await using _consumer = log.consumer().consume(diary.options)
      const publishers = [publisher, log.publisher(), log.publisher(), log.publisher()]
      await Promise.all(
        publishers.map(async (each, p) => {
          for (let i = 0; i < 25; i++)
            await each.publish([encode(`${p}.${i}a`), encode(`${p}.${i}b`)])
        }),
      )
      await until(() => diary.texts().length >= 200)
      expect(new Set(diary.texts()).size).toBe(200)
    })

    test('reading begins where startAt says', async () => {
      await publishNumbered(60)
      await readAll(log, diary, 60)
      const chosen = diary.partitions()[0] ?? 0
      await publishNumbered(60)
      const again = createDiary(diary.stored())
      await using _consumer = log.consumer().consume(again.options)
      await until(() => again.texts().length >= 60)
      expect(again.texts()).toHaveLength(60)
      expect(again.of(chosen)[0]?.offset).toBe(diary.stored().get(chosen))
    })

    test('startAt can ask where the log ends', async () => {
      await publishNumbered(60)
      await readAll(log, diary, 60)
      const ends = new Map<number, number>()
      await using _consumer = log.consumer().consume({
        ...diary.options,
        startAt: async (partition, end) => {
          ends.set(partition, await end())
          return diary.options.startAt(partition, end)
        },
      })
      await until(() => diary.partitions().every((partition) => ends.has(partition)))
      for (const [partition, next] of diary.stored()) expect(ends.get(partition)).toBe(next)
    })

    test('its bounds span what was published, whether somebody reads it or not', async () => {
      const span = async () => {
        const bounds = [...(await log.consumer().bounds()).values()]
        return bounds.reduce((sum, { low, high }) => sum + high - low, 0)
      }
      expect(await span()).toBe(0)
      await publishNumbered(30)
      expect(await span()).toBe(30)
      await readAll(log, diary, 30)
      const { stored } = diary
      for (const [partition, { high }] of await log.consumer().bounds())
        expect(high).toBe(stored().get(partition) ?? 0)
    })

    test('what was read but not handled is read again', async () => {
      await publishNumbered(30)
      const crashed = log.consumer()
      const read: LogRecord[] = []
      crashed.consume({
        startAt: async () => 'earliest',
        handle: async (_partition, records) => {
          read.push(...records)
          throw new Error('crashed before anything was stored')
        },
      })
      await until(() => read.length > 0)
      await crashed[Symbol.asyncDispose]()
      await readAll(log, diary, 30)
      expect(new Set(diary.texts()).size).toBe(30)
    })

    test('a batch that is refused begins the partition anew, and the others go on', async () => {
      await publishNumbered(60)
      let refusals = 0
      const starts: number[] = []
      await using _consumer = log.consumer().consume({
        startAt: (partition, end) => {
          starts.push(partition)
          return diary.options.startAt(partition, end)
        },
        handle: async (partition, records) => {
          if (partition === 0 && records.length > 0 && refusals++ < 2) throw new Error('not now')
          return diary.options.handle(partition, records)
        },
      })
      await until(() => diary.texts().length >= 60)
      expect(diary.texts()).toHaveLength(60)
      expect(starts.filter((partition) => partition === 0)).toHaveLength(3)
      expect(starts.filter((partition) => partition === 1)).toHaveLength(1)
    })

    test('consumers share the partitions, and no partition is handled twice at once', async () => {
      const sizes = [0, 0]
      const consumers = sizes.map((_, i) =>
        log.consumer().consume({
          ...diary.options,
          assigned: (partitions) => (sizes[i] = partitions.length),
        }),
      )
      await until(() => sizes.every((size) => size > 0) && sizes[0] === sizes[1])
      await publishNumbered(60)
      await until(() => diary.texts().length >= 60)
      for (const consumer of consumers) await consumer[Symbol.asyncDispose]()
      expect(diary.texts()).toHaveLength(60)
      expect(diary.handledTwiceAtOnce()).toBe(false)
    })

    test('the partitions of a consumer that is gone are taken over', async () => {
      let all = 0
      let left = 0
      const gone = log.consumer()
      gone.consume({ ...diary.options, assigned: (partitions) => (all = partitions.length) })
      await until(() => all > 0)
      await using _heir = log.consumer().consume({
        ...diary.options,
        assigned: (partitions) => (left = partitions.length),
      })
      await until(() => left > 0)
      await gone[Symbol.asyncDispose]()
      await publishNumbered(60)
      await until(() => diary.texts().length >= 60 && left >= all)
      expect(diary.texts()).toHaveLength(60)
    })

    test('losing the connection never ends a consumer', async () => {
      await using _consumer = log.consumer().consume(diary.options)
      for (let round = 1; round <= 3; round++) {
        await publishNumbered(12)
        await until(() => diary.texts().length >= 12 * round)
        await log.cut()
      }
      expect(diary.texts()).toHaveLength(36)
      expect(diary.handledTwiceAtOnce()).toBe(false)
    })

    test('once disposed, nothing is handled any more', async () => {
      const consumer = log.consumer().consume(diary.options)
      await publishNumbered(3)
      await until(() => diary.texts().length >= 3)
      await consumer[Symbol.asyncDispose]()
      const calls = diary.calls()
      await publishNumbered(30)
      const next = createDiary(diary.stored())
      await readAll(log, next, 30)
      expect(diary.calls()).toBe(calls)
    })
  })
}
