import { jest, test } from '@jest/globals'
import { recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import { Redis } from 'ioredis'
import { askBarely } from './bare-client.ts'
import { asksRedis, openGround } from './ground.ts'
import { expectKept, expectBitten, figuresOf, figuresOfDrill } from './redirect-drill.ts'

jest.setTimeout(300_000)

const fault = 'redis-killed'
const description = 'Redis is killed (SIGKILL), and comes back empty.'

test('redirects go on while Redis is killed and when it comes back empty', async () => {
  await using ground = await openGround()
  const redirect = await ground.startRedirect()
  using bare = Object.assign(new Redis(ground.redis.url), {
    [Symbol.dispose]: () => bare.disconnect(),
  })
  bare.on('error', () => {})

  const drilled = await expectKept(ground, redirect, {
    strike: ground.redis.kill,
    meanwhile: async () => {
      const bitten = await askBarely(async () => (await bare.get('any')) === null)
      recordGuardOff(fault, description, { ...figuresOf(bitten), client: 'ioredis as it is' })
      expectBitten(bitten)
    },
    heal: ground.redis.start,
  })
  recordRun(fault, description, figuresOfDrill(drilled))
  await asksRedis(redirect)
})
