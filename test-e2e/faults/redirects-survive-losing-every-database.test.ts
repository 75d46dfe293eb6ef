import { expect, jest, test } from '@jest/globals'
import { recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import { follow, until } from '../api.ts'
import { feedIsLost, openGround, slugOf, visitsOf, perSecond, type Ground } from './ground.ts'
import { fillRedis } from './links-in-redis.ts'
import { expectBite, expectKept, expectReachable, figuresOfDrill } from './redirect-drill.ts'
import type { ServiceProcess } from './service-process.ts'
import { startTraffic } from './traffic.ts'

jest.setTimeout(300_000)

/** Older than Redis is believed to be fresh, younger than the stale limit. */
const tenMinutesMs = 600_000

test('without any database, links come from memory and from what Redis knew; expiry holds', async () => {
  const fault = 'databases-away'
  const description =
    'Primary and replica refuse every connection; what Redis holds is ten minutes old. The guard is Redis.'
  await using ground = await openGround()
  await insertExpiring(ground, 'expires-soon')
  await fillRedis(ground, Date.now() - tenMinutesMs)
  const alone = await ground.startRedirect({ REDIS_URL: undefined })
  const redirect = await ground.startRedirect()
  const drilled = await expectKept(ground, redirect, {
    strike: async () => {
      await refuse(ground)
      await feedIsLost(redirect)
    },
    meanwhile: async () => {
      recordGuardOff(fault, description, await expectBite(ground, alone))
      await statusOf(redirect, 'expires-soon', 410)
      expect(await follow(`${redirect.url}/nobody-knows`)).toMatchObject({ status: 503 })
    },
    heal: () => heal(ground),
  })
  recordRun(fault, description, figuresOfDrill(drilled))
  await statusOf(redirect, 'nobody-knows', 404)
})

test('without any database and without Redis, what memory holds is served, and nothing else is called absent', async () => {
  const fault = 'databases-and-redis-away'
  const description =
    'Primary, replica and Redis refuse every connection; visitors come for what memory holds.'
  await using ground = await openGround()
  const remembered = ground.slugs.slice(0, 40)
  const redirect = await ground.startRedirect()
  await expectReachable(redirect, remembered)
  await insertExpiring(ground, 'expires-too')
  expect([302, 410]).toContain((await follow(`${redirect.url}/expires-too`)).status)
  const drilled = await expectKept({ ...ground, slugs: remembered }, redirect, {
    traffic: startTraffic(redirect.url, perSecond, visitsOf(remembered)),
    strike: async () => {
      await refuse(ground)
      await ground.toRedis.set('refuse')
      await feedIsLost(redirect)
    },
    meanwhile: async () => {
      await statusOf(redirect, 'expires-too', 410)
      for (const slug of ['nobody-knows', slugOf(3_000)])
        expect(await follow(`${redirect.url}/${slug}`)).toMatchObject({ status: 503 })
    },
    heal: async () => {
      await heal(ground)
      await ground.toRedis.set('pass')
    },
  })
  recordRun(fault, description, figuresOfDrill(drilled))
  await expectReachable(redirect, [slugOf(3_000)])
  await statusOf(redirect, 'nobody-knows', 404)
})

async function insertExpiring({ query }: Ground, slug: string): Promise<void> {
  await query(
    `insert into links (id, owner_id, domain, slug, destination, expires_at)
     values (gen_random_uuid(), 'owner', '@', $1, 'https://example.com/', now() + interval '3 s')`,
    [slug],
  )
}

async function refuse({ toPrimary, toReplica }: Ground): Promise<void> {
  await toPrimary.set('refuse')
  await toReplica.set('refuse')
}

async function heal({ toPrimary, toReplica }: Ground): Promise<void> {
  await toPrimary.set('pass')
  await toReplica.set('pass')
}

async function statusOf(redirect: ServiceProcess, slug: string, wanted: number): Promise<void> {
  await until(
    () => follow(`${redirect.url}/${slug}`),
    ({ status }) => status === wanted,
  )
}
