import { setTimeout as sleep } from 'node:timers/promises'
import { expect, jest, test } from '@jest/globals'
import { recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import { openGround, type Ground } from './ground.ts'
import { openOwnPostgres } from './own-postgres.ts'
import { expectBite, expectKept, figuresOfDrill } from './redirect-drill.ts'

jest.setTimeout(300_000)

const fault = 'primary-killed'
const description =
  'The primary is killed (SIGKILL) while links are created, and started again on its data; there is a replica, and no Redis. The guard is the replica.'

test('redirects go on from the replica while the primary is killed, and no link that was acknowledged is lost', async () => {
  await using postgres = await openOwnPostgres({ replica: true })
  await using ground = await openGround(postgres)
  const { primary } = postgres
  const withoutRedis = { REDIS_URL: undefined }
  const alone = await ground.startRedirect({ ...withoutRedis, LINKS_REPLICA_URLS: undefined })
  await primary.kill()
  recordGuardOff(fault, description, await expectBite(ground, alone))
  await primary.start()

  const redirect = await ground.startRedirect(withoutRedis)
  const creating = keepCreating(ground)
  const drilled = await expectKept(ground, redirect, {
    strike: primary.kill,
    heal: primary.start,
  })
  const { created, refused } = await creating.stop()
  const [found] = await ground.query<{ count: number }>(
    'select count(*)::int as count from links where slug = any($1) and position > 0',
    [created],
  )
  const lostLinks = created.length - (found?.count ?? 0)
  const figures = { createdLinks: created.length, refusedLinks: refused, lostLinks }
  recordRun(fault, description, { ...figuresOfDrill(drilled), ...figures })
  expect(created.length).toBeGreaterThan(0)
  expect(refused).toBeGreaterThan(0)
  expect(lostLinks).toBe(0)
})

/** Links, one after the other, also while nobody takes them. */
function keepCreating({ write }: Ground) {
  const created: string[] = []
  let refused = 0
  let stopped = false
  const creating = (async () => {
    for (let i = 0; !stopped; i++) {
      const slug = `created-${i}`
      try {
        await write(slug, 'https://example.com/created')
        created.push(slug)
      } catch {
        refused++
      }
      await sleep(10)
    }
  })()
  return {
    stop: async () => {
      stopped = true
      await creating
      return { created, refused }
    },
  }
}
