import { expect, jest, test } from '@jest/globals'
import { full, recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import { until } from '../api.ts'
import { askBarely } from './bare-client.ts'
import { databaseReads, destinationOf, openGround, slugOf } from './ground.ts'
import { redisKeyOf } from './links-in-redis.ts'
import { expectReachable, figuresOf } from './redirect-drill.ts'
import { startTraffic } from './traffic.ts'

jest.setTimeout(300_000)

const fault = 'hot-link'
const hotPerSecond = full ? 5_000 : 500
const wanted = full ? 150_000 : 500
const description = `One link is followed ${hotPerSecond} times a second, until ${wanted} visitors have come.`

test('a hot link comes from memory: neither Redis nor a database hears of it', async () => {
  await using ground = await openGround()
  const { redisClient } = ground
  const hot = slugOf(0)
  const redisReads = async () =>
    Number(/cmdstat_get:calls=(\d+)/u.exec(await redisClient.info('commandstats'))?.[1] ?? 0)
  const bare = await askBarely(
    async () => (await redisClient.get(redisKeyOf(hot)))?.includes(destinationOf(hot)) === true,
  )
  recordGuardOff(fault, description, { ...figuresOf(bare), redisReads: await redisReads() })
  expect(await redisReads()).toBe(bare.asked)

  const redirect = await ground.startRedirect()
  await expectReachable(redirect, [hot])
  await redisClient.config('RESETSTAT')
  const databaseReadsBefore = await databaseReads(redirect)
  await using traffic = startTraffic(redirect.url, hotPerSecond, () => ({
    slug: hot,
    right: (status, location) => status === 302 && location === destinationOf(hot),
  }))
  const tally = traffic.next()
  await until(
    async () => tally.asked,
    (count) => count >= wanted,
  )
  await traffic.stop()
  const reads = {
    redisReads: await redisReads(),
    databaseReads: (await databaseReads(redirect)) - databaseReadsBefore,
  }
  recordRun(fault, description, { ...figuresOf(tally), ...reads })
  expect(tally).toMatchObject({ wrong: 0, failed: 0 })
  expect(reads).toEqual({ redisReads: 0, databaseReads: 0 })
})
