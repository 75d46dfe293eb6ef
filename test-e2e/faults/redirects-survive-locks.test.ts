import { expect, jest, test } from '@jest/globals'
import { recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import { follow, until } from '../api.ts'
import { askBarely } from './bare-client.ts'
import { openGround, slugOf } from './ground.ts'
import { expectBitten, expectKept, figuresOf, figuresOfDrill } from './redirect-drill.ts'

jest.setTimeout(300_000)

test('a lock on all links holds nobody up whom memory or Redis can answer', async () => {
  const fault = 'links-locked'
  const description =
    'The table of links is locked (LOCK TABLE, access exclusive), on the replica too; changes can still be read.'
  await using ground = await openGround()
  const redirect = await ground.startRedirect()
  const lock = await ground.connect()
  const drilled = await expectKept(ground, redirect, {
    strike: async () => {
      await lock.query('begin')
      await lock.query('lock table links in access exclusive mode')
    },
    meanwhile: async () => {
      const bitten = await askBarely(
        async () => {
          await ground.query('select from links where slug = $1', [slugOf(0)])
          return true
        },
        { times: 4 },
      )
      recordGuardOff(fault, description, { ...figuresOf(bitten), client: 'pg as it is' })
      expectBitten(bitten)
      // Whoever cannot be told from an unknown one is not called absent.
      const { status } = await follow(`${redirect.url}/nobody-knows`)
      expect(status).toBe(503)
    },
    heal: () => lock.query('rollback'),
  })
  recordRun(fault, description, figuresOfDrill(drilled))
  await until(
    () => follow(`${redirect.url}/nobody-knows`),
    ({ status }) => status === 404,
  )
})

test('a transaction that stays open hides no change', async () => {
  const fault = 'transaction-stays-open'
  const description =
    'A transaction stays open, so that the change feed has to read everything since then again and again; meanwhile links are changed.'
  await using ground = await openGround()
  const redirect = await ground.startRedirect()
  const open = await ground.connect()
  let edits = 0
  const drilled = await expectKept(ground, redirect, {
    strike: async () => {
      await open.query('begin')
      await open.query('select pg_current_xact_id()')
    },
    meanwhile: async () => {
      for (; edits < 20; edits++) {
        const version = `https://example.com/version-${edits}`
        await ground.write('edited', version)
        await until(
          () => follow(`${redirect.url}/edited`),
          ({ location }) => location === version,
        )
      }
    },
    heal: () => open.query('commit'),
  })
  recordRun(fault, description, { ...figuresOfDrill(drilled), edits })
})
