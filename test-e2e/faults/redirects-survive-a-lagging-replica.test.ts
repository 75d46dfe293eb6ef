import { expect, jest, test } from '@jest/globals'
import { recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import { Client } from 'pg'
import { follow, until } from '../api.ts'
import { askBarely } from './bare-client.ts'
import { openGround, perSecond, visitsOf } from './ground.ts'
import { openOwnPostgres } from './own-postgres.ts'
import { expectKept, figuresOf, figuresOfDrill } from './redirect-drill.ts'
import { startTraffic, type Visit } from './traffic.ts'

jest.setTimeout(300_000)

const fault = 'replica-lags'
const description =
  'The replica replays nothing for an hour (recovery_min_apply_delay), and the heartbeat of the primary goes on by 31 s; meanwhile links are changed and deleted. Wrong are also redirects that an edit had ended.'

const moved = Array.from({ length: 10 }, (_, i) => `moved-${i}`)
const removed = Array.from({ length: 10 }, (_, i) => `removed-${i}`)
const [older, newer] = ['https://example.com/old', 'https://example.com/new']

test('a replica that lags leads nobody to where a link led before, and brings nothing deleted back', async () => {
  await using postgres = await openOwnPostgres({ replica: true })
  await using ground = await openGround(postgres)
  await using replica = await connect(postgres.replica?.url('postgres') ?? '')
  const delay = async (setting: string) => {
    await replica.query(`alter system set recovery_min_apply_delay = '${setting}'`)
    await replica.query('select pg_reload_conf()')
  }
  for (const slug of [...moved, ...removed]) await ground.write(slug, older)
  // A client that reads one server and knows no other.
  const fromReplica = async (slug: string) => {
    const { rows } = await replica.query<{ destination: string }>(
      'select destination from links where slug = $1 and deleted_at is null',
      [slug],
    )
    return rows[0]?.destination
  }
  await until(
    async () => await fromReplica(removed.at(-1) ?? ''),
    (destination) => destination === older,
  )
  const redirect = await ground.startRedirect({ REDIS_URL: undefined })
  const lagSeconds = () => redirect.metric('redirect_replica_lag_seconds')
  const answers = async (slug: string, right: Visit['right']) => {
    await until(
      () => follow(`${redirect.url}/${slug}`),
      ({ status, location }) => right(status, location ?? undefined),
    )
  }
  for (const slug of [...moved, ...removed])
    await answers(slug, (_status, location) => location === older)

  // Until the lag has been noticed, what led somewhere may lead there.
  let isNoticed = false
  const isNew: Visit['right'] = (_status, location) => location === newer
  const isGone: Visit['right'] = (status) => status === 410
  const changing: Visit[] = [
    ...moved.map((slug) => ({ slug, right: isNew })),
    ...removed.map((slug) => ({ slug, right: isGone })),
  ].map(({ slug, right }) => ({
    slug,
    right: (status, location) => right(status, location) || (!isNoticed && location === older),
  }))
  const others = visitsOf(ground.slugs)
  let visits = 0
  const drilled = await expectKept(ground, redirect, {
    traffic: startTraffic(redirect.url, perSecond, () => {
      const visit = changing[Math.floor(visits / 2) % changing.length]
      return visits++ % 2 === 0 && visit !== undefined ? visit : others()
    }),
    strike: async () => {
      await delay('1h')
      for (const slug of moved) await ground.write(slug, newer)
      for (const slug of removed) await ground.write(slug, undefined)
      const bare = await askBarely(async () => (await fromReplica(moved[0] ?? '')) === newer, {
        times: 1,
      })
      recordGuardOff(fault, description, { ...figuresOf(bare), client: 'reads the replica' })
      expect(bare.wrong).toBeGreaterThan(0)
      await ground.query(`update replication_heartbeat set at = at + interval '31 seconds'`)
      await until(lagSeconds, (seconds) => seconds > 30)
      for (const slug of moved) await answers(slug, isNew)
      for (const slug of removed) await answers(slug, isGone)
      isNoticed = true
    },
    heal: async () => {
      await delay('0')
      await until(lagSeconds, (seconds) => seconds === 0)
    },
  })
  recordRun(fault, description, figuresOfDrill(drilled))
})

async function connect(url: string) {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() })
}
