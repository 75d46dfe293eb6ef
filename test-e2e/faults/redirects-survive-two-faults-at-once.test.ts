import { jest, test } from '@jest/globals'
import { full, recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import { startLoad } from './load-client.ts'
import { forEver, openGround, slugOf } from './ground.ts'
import { openOwnPostgres } from './own-postgres.ts'
import { expectBite, expectKept, figuresOfDrill } from './redirect-drill.ts'

jest.setTimeout(300_000)

test('redirects go on from the replica while Redis and the primary are killed', async () => {
  const fault = 'redis-and-primary-killed'
  const description =
    'Redis and the primary are killed (SIGKILL) at the same time, and come back, Redis empty. The guard is the replica.'
  await using postgres = await openOwnPostgres({ replica: true })
  await using ground = await openGround(postgres)
  const alone = await ground.startRedirect({ LINKS_REPLICA_URLS: undefined })
  const redirect = await ground.startRedirect()
  const drilled = await expectKept(ground, redirect, {
    strike: () => Promise.all([ground.redis.kill(), postgres.primary.kill()]),
    meanwhile: async () => {
      recordGuardOff(fault, description, await expectBite(ground, alone))
    },
    heal: () => Promise.all([ground.redis.start(), postgres.primary.start()]),
  })
  recordRun(fault, description, figuresOfDrill(drilled))
})

if (full)
  test('redirects pass a frozen Redis over while far more visitors come than otherwise', async () => {
    const fault = 'redis-frozen-under-load'
    const description =
      'Redis is frozen while one hot link is followed as fast as 64 visitors at a time can; measured are the visitors of the other links.'
    await using ground = await openGround()
    const unguarded = await ground.startRedirect({ REDIS_TIMEOUT_MS: forEver })
    const redirect = await ground.startRedirect()
    ground.redis.freeze()
    const bitten = await expectBite(ground, unguarded)
    ground.redis.thaw()
    recordGuardOff(fault, description, bitten)

    let crowd: ReturnType<typeof startLoad> | undefined
    const drilled = await expectKept(ground, redirect, {
      strike: () => {
        ground.redis.freeze()
        crowd = startLoad(`${redirect.url}/${slugOf(0)}`, { visitors: 64 })
      },
      heal: async () => {
        await crowd?.stop()
        ground.redis.thaw()
      },
    })
    const crowdAnswered = crowd?.answered.length ?? 0
    recordRun(fault, description, {
      ...figuresOfDrill(drilled),
      crowdAnswered,
      crowdOthers: crowd?.others() ?? 0,
      shed: await redirect.metric('redirect_requests_total{outcome="shed"'),
      unavailable: await redirect.metric('redirect_requests_total{outcome="unavailable"'),
    })
  })
