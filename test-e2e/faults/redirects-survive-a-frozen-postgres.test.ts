import { jest, test } from '@jest/globals'
import { recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import { feedIsLost, forEver, impatience, openGround, type Ground } from './ground.ts'
import { openOwnPostgres } from './own-postgres.ts'
import { expectBite, expectKept, expectReachable, figuresOfDrill } from './redirect-drill.ts'
import type { ServiceProcess } from './service-process.ts'

jest.setTimeout(300_000)

const noReplica = { LINKS_REPLICA_URLS: undefined }

test('while the only Postgres is frozen, links come from Redis, and nobody waits for it', async () => {
  const fault = 'postgres-frozen'
  const description =
    'All processes of the only Postgres are frozen (SIGSTOP), for longer than Redis is believed without a database; then thawed. The guard is Redis.'
  await using postgres = await openOwnPostgres()
  await using ground = await openGround(postgres)
  const { primary } = postgres
  const unguarded = await ground.startRedirect({ ...noReplica, REDIS_URL: undefined })
  const redirect = await ground.startRedirect({ ...noReplica, ...impatience })
  primary.freeze()
  const bitten = await expectBite(ground, unguarded)
  primary.thaw()
  recordGuardOff(fault, description, bitten)

  const drilled = await expectKept(ground, redirect, {
    strike: async () => {
      primary.freeze()
      await feedIsLost(redirect)
    },
    heal: primary.thaw,
  })
  recordRun(fault, description, figuresOfDrill(drilled))
})

test('connections to Postgres that have gone silent are given up, and new ones made', async () => {
  const fault = 'postgres-half-open'
  const description =
    'All connections to the only Postgres go silent for ever, and new ones work; there is no Redis.'
  await using ground = await openGround()
  const alone = { ...noReplica, REDIS_URL: undefined }
  const unguarded = await ground.startRedirect({ ...alone, LINKS_TIMEOUT_MS: forEver })
  await useAllConnections(ground, unguarded)
  await ground.toPrimary.set('half-open')
  recordGuardOff(fault, description, await expectBite(ground, unguarded))
  await ground.toPrimary.set('pass')

  const redirect = await ground.startRedirect({ ...alone, ...impatience })
  await useAllConnections(ground, redirect)
  const drilled = await expectKept(ground, redirect, {
    strike: () => ground.toPrimary.set('half-open'),
    heal: () => ground.toPrimary.set('pass'),
  })
  recordRun(fault, description, figuresOfDrill(drilled))
})

/** Links asked for at the same time. */
async function useAllConnections({ slugs }: Ground, redirect: ServiceProcess): Promise<void> {
  await Promise.all(slugs.slice(0, 20).map((slug) => expectReachable(redirect, [slug])))
}
