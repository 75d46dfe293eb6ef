import { jest, test } from '@jest/globals'
import { recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import { forEver, openGround } from './ground.ts'
import { expectBite, expectKept, figuresOfDrill } from './redirect-drill.ts'

jest.setTimeout(300_000)

const fault = 'redis-frozen'
const description = 'Redis is frozen (SIGSTOP), and thawed again.'

test('a frozen Redis takes redirects down without a deadline, and is passed over with one', async () => {
  await using ground = await openGround()
  const unguarded = await ground.startRedirect({ REDIS_TIMEOUT_MS: forEver })
  ground.redis.freeze()
  const bitten = await expectBite(ground, unguarded)
  ground.redis.thaw()
  recordGuardOff(fault, description, bitten)

  const redirect = await ground.startRedirect()
  const drilled = await expectKept(ground, redirect, {
    strike: ground.redis.freeze,
    heal: ground.redis.thaw,
  })
  recordRun(fault, description, figuresOfDrill(drilled))
})
