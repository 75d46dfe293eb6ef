import { setTimeout as sleep } from 'node:timers/promises'
import { expect, jest, test } from '@jest/globals'
import { full, recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import { askBarely } from './bare-client.ts'
import {
  databaseReads,
  destinationOf,
  openGround,
  patience,
  perSecond,
  slugOf,
  visitsOf,
} from './ground.ts'
import { redisKeyOf } from './links-in-redis.ts'
import { expectKept, figuresOf, figuresOfDrill, reached } from './redirect-drill.ts'
import { startTraffic } from './traffic.ts'

jest.setTimeout(300_000)

const fault = 'redis-flushed'
const description =
  'Redis loses everything at the peak (FLUSHALL), again and again, while much of the traffic is for links that memory does not hold.'

const flushes = full ? 10 : 2
const pauseMs = full ? 3_000 : 200

test('a herd after a flush costs the databases one question for each slug', async () => {
  await using ground = await openGround()
  const { redisClient } = ground
  await redisClient.flushall()
  let queries = 0
  const bare = await askBarely(async () => {
    if ((await redisClient.get(redisKeyOf(slugOf(0)))) !== null) return true
    queries++
    const [link] = await ground.query<{ destination: string }>(
      'select destination from links where slug = $1',
      [slugOf(0)],
    )
    await redisClient.set(redisKeyOf(slugOf(0)), '')
    return link?.destination === destinationOf(slugOf(0))
  })
  recordGuardOff(fault, description, { ...figuresOf(bare), databaseReads: queries, slugs: 1 })
  expect(queries).toBeGreaterThan(10)

  // Who gives up on a store that is slow asks the next one: the count would be of how busy the machine is.
  const redirect = await ground.startRedirect({ ...patience, REDIS_TIMEOUT_MS: '1000' })
  // Those that are asked for between two flushes.
  let wanted = new Set<string>()
  let slugs = 0
  const count = () => {
    slugs += wanted.size
    wanted = new Set()
  }
  const visit = visitsOf(ground.slugs)
  let reads = 0
  const readsBefore = await databaseReads(redirect)
  const traffic = startTraffic(redirect.url, perSecond, () => {
    const chosen = visit()
    wanted.add(chosen.slug)
    return chosen
  })
  const drilled = await expectKept(ground, redirect, {
    strike: async () => {
      for (let i = 0; i < flushes; i++) {
        count()
        await redisClient.flushall()
        await sleep(pauseMs)
      }
    },
    heal: async () => {
      count()
      reads = (await databaseReads(redirect)) - readsBefore
    },
    traffic,
  })
  const figures = { databaseReads: reads, slugs, flushes }
  recordRun(fault, description, { ...figuresOfDrill(drilled), ...figures })
  expect(reads).toBeGreaterThan(0)
  expect(reads).toBeLessThanOrEqual(slugs + reached)
})
