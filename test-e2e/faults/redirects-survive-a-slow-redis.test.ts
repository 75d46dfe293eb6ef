import { jest, test } from '@jest/globals'
import { full, recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import { asksRedis, databaseReads, forEver, openGround } from './ground.ts'
import { expectBite, expectKept, figuresOfDrill, outageMs, type Blow } from './redirect-drill.ts'

jest.setTimeout(600_000)

const fault = 'redis-slow'
const description =
  'Redis answers 30 ± 20 ms late, which some deadlines survive; then 300 ms late; then not at all for a while (CLIENT PAUSE).'

test('redirects do not wait for a slow Redis longer than its deadline', async () => {
  await using ground = await openGround()
  const { toRedis, redisClient } = ground
  const unguarded = await ground.startRedirect({ REDIS_TIMEOUT_MS: forEver })
  const redirect = await ground.startRedirect()
  await toRedis.set({ latencyMs: 300, direction: 'down' })
  const bitten = await expectBite(ground, unguarded)
  recordGuardOff(fault, description, bitten)
  await toRedis.set('pass')

  const pass = () => toRedis.set('pass')
  const blows: [how: string, blow: Blow][] = [
    [
      '30 ± 20 ms',
      {
        strike: () => toRedis.set({ latencyMs: 30, jitterMs: 20, direction: 'down' }),
        heal: pass,
      },
    ],
    ['300 ms', { strike: () => toRedis.set({ latencyMs: 300, direction: 'down' }), heal: pass }],
    [
      'paused',
      {
        strike: () => redisClient.client('PAUSE', outageMs, 'ALL'),
        // A command that comes now is answered once the pause is over.
        heal: () => redisClient.ping(),
      },
    ],
  ]
  for (const [how, blow] of full ? blows : blows.slice(1)) {
    const before = await databaseReads(redirect)
    const drilled = await expectKept(ground, redirect, blow)
    const figures = { how, ...figuresOfDrill(drilled) }
    recordRun(fault, description, {
      ...figures,
      databaseReads: (await databaseReads(redirect)) - before,
    })
    await asksRedis(redirect)
  }
})
