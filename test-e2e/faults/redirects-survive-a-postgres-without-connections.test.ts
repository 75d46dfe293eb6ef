import { expect, jest, test } from '@jest/globals'
import { recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import { Client } from 'pg'
import { follow, until } from '../api.ts'
import { askBarely } from './bare-client.ts'
import { feedIsLost, openGround } from './ground.ts'
import { openOwnPostgres } from './own-postgres.ts'
import { expectBitten, expectKept, figuresOf, figuresOfDrill } from './redirect-drill.ts'

jest.setTimeout(300_000)

const fault = 'connections-exhausted'
const description =
  'Somebody else takes every connection that the only Postgres has (max_connections 20), also those of redirect, which are cut.'

/** For us who look on. */
const settings = { max_connections: '20', superuser_reserved_connections: '6' }

test('a Postgres without a free connection is done without, and unknown slugs are not called absent', async () => {
  await using postgres = await openOwnPostgres({ settings })
  await using ground = await openGround(postgres)
  const redirect = await ground.startRedirect({ LINKS_REPLICA_URLS: undefined })
  const hog: Client[] = []
  const connect = async () => {
    const client = new Client({ connectionString: postgres.primary.url('link_write') })
    client.on('error', () => {})
    await client.connect()
    hog.push(client)
  }
  const takeAll = async () => {
    try {
      for (;;) await connect()
    } catch (error) {
      expect(error).toMatchObject({ code: '53300' })
    }
  }
  const ours = `application_name like 'redirect%'`
  const drilled = await expectKept(ground, redirect, {
    strike: async () => {
      await until(
        async () => {
          await takeAll()
          return await ground.query(
            `select pg_terminate_backend(pid, 1000) from pg_stat_activity where ${ours}`,
          )
        },
        (cut) => cut.length === 0,
      )
      await feedIsLost(redirect)
    },
    meanwhile: async () => {
      const bitten = await askBarely(async () => {
        await connect()
        return true
      })
      recordGuardOff(fault, description, { ...figuresOf(bitten), client: 'connects anew' })
      expectBitten(bitten)
      const { status } = await follow(`${redirect.url}/nobody-knows`)
      expect(status).toBe(503)
    },
    heal: async () => {
      await Promise.all(hog.map((client) => client.end()))
    },
  })
  recordRun(fault, description, { ...figuresOfDrill(drilled), takenConnections: hog.length })
  await until(
    () => follow(`${redirect.url}/nobody-knows`),
    ({ status }) => status === 404,
  )
})
