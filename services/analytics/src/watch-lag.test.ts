import { expect, test } from '@jest/globals'
import { setTimeout as sleep } from 'node:timers/promises'
import { nameLogs, readLag, watchLag, type LagDeps } from './watch-lag.ts'

/** A log of four partitions, of which nothing was read. */
function lagging(changes: Partial<LagDeps> = {}): LagDeps {
  return {
    log: 'kafka',
    findOffsets: async () => new Map(),
    bounds: async () => new Map([0, 1, 2, 3].map((each) => [each, { low: 10, high: 100 }])),
    failed: () => {},
    ...changes,
  }
}

test.each([
  ['is behind', 70, 30],
  ['has read everything', 100, 0],
  ['was never read', undefined, 90],
  ['was overtaken by retention', 3, 90],
  ['has lost records, and is read from its beginning', 500, 90],
])('the lag of a partition that %s', async (_what, offset, records) => {
  const offsets = new Map(offset === undefined ? [] : [[2, offset]])
  const lag = await readLag(lagging({ findOffsets: async () => offsets }))
  expect(lag).toHaveLength(4)
  expect(lag[2]).toEqual({ log: 'kafka', partition: 2, records })
})

test('what is stored between the two questions is no lag of the whole log', async () => {
  let stored = 100
  const lag = await readLag(
    lagging({
      findOffsets: async () => new Map([[0, stored]]),
      bounds: async () => {
        stored = 105
        return new Map([[0, { low: 0, high: stored }]])
      },
    }),
  )
  expect(lag).toEqual([{ log: 'kafka', partition: 0, records: 5 }])
})

test('it grows while the consumer stands still, and nothing is told while the log is away', async () => {
  let high = 100
  let away = false
  const failures: unknown[] = []
  const bounds = async () => {
    if (away) throw new Error('no answer')
    return new Map([[0, { low: 0, high }]])
  }
  const failed = (error: unknown) => failures.push(error)
  const findOffsets = async () => new Map([[0, 100]])
  await using lag = watchLag(lagging({ bounds, findOffsets, failed }), 1)
  const until = async (count: number | undefined) => {
    while (lag.last()[0]?.records !== count) await sleep(1)
  }
  await until(0)
  high = 140
  await until(40)
  away = true
  await until(undefined)
  expect(failures).toHaveLength(1)
  away = false
  await until(40)
})

test('each log has a name of its own', () => {
  const urls = ['postgres://a/b', 'kafka://c,d', 'kafkas://e', 'postgresql://f/g']
  const names = ['postgres', 'kafka', 'kafka-2', 'postgres-2']
  expect(nameLogs(urls)).toEqual(names.map((name, i) => ({ name, url: urls[i] })))
})
