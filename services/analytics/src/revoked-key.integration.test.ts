// A key that is revoked at the primary of the links database, as the process sees it through a replica.
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { until } from '@sleepwell/click-log/log-diary'
import { openGate, type Gate } from '@sleepwell/testing/gate'
import { openTestDatabase, type TestDatabase } from '@sleepwell/testing/postgres'
import { openPostgresPair, type PostgresPair } from '@sleepwell/testing/postgres-pair'
import { Client } from 'pg'
import { fillLinks, key, startService } from './test-service.ts'

let open: AsyncDisposableStack
let analytics: TestDatabase
let pair: PostgresPair
let gate: Gate
let primary: Client
let replica: Client

beforeAll(async () => {
  open = new AsyncDisposableStack()
  analytics = open.use(await openTestDatabase('analytics'))
  pair = open.use(await openPostgresPair(0))
  gate = open.use(await openGate(Number(new URL(pair.replica.url('analytics')).port)))
  const connect = async (url: string) => {
    const client = open.adopt(new Client({ connectionString: url }), (one) => one.end())
    client.on('error', () => {})
    await client.connect()
    return client
  }
  primary = await connect(pair.primary.url('postgres'))
  replica = await connect(pair.replica.url('postgres'))
}, 60_000)

afterAll(async () => await open.disposeAsync())

const links: TestDatabase = {
  url: (role) => pair.primary.url(role),
  tlsUrl: (role) => pair.primary.url(role),
  replicaUrl: async (role) => pair.replica.url(role),
  [Symbol.asyncDispose]: async () => {},
}

beforeEach(async () => {
  gate.open()
  await replica.query('select pg_wal_replay_resume()')
  await primary.query('delete from keys; delete from links')
  await primary.query('update replication_heartbeat set at = clock_timestamp()')
  await fillLinks(links)
  await replayed()
})

/** As link-write does. */
const revoke = () => primary.query('update keys set revoked_at = now(), hash = sha256(hash)')

async function replayed(): Promise<void> {
  const { rows } = await primary.query<{ lsn: string }>('select pg_current_wal_lsn()::text as lsn')
  await until(async () => {
    const answer = await replica.query<{ done: boolean }>(
      'select pg_last_wal_replay_lsn() >= $1::pg_lsn as done',
      [rows[0]?.lsn],
    )
    return answer.rows[0]?.done === true
  })
}

const start = () => {
  const through = new URL(pair.replica.url('analytics'))
  through.port = String(gate.port)
  return startService({ analytics, links }, { LINKS_REPLICA_URLS: through.href })
}

test('it is refused from the moment that the replica shows it', async () => {
  await using service = await start()
  expect((await service.report()).status).toBe(200)
  await revoke()
  await replayed()
  expect((await service.report()).status).toBe(401)
})

test('it is refused at once by the primary where the replica is silent', async () => {
  await using service = await start()
  expect((await service.report()).status).toBe(200)
  gate.silence()
  await revoke()
  expect((await service.report()).status).toBe(401)
})

test('a replica that lags is not asked about keys', async () => {
  await using service = await start()
  expect((await service.report()).status).toBe(200)
  await replica.query('select pg_wal_replay_pause()')
  await revoke()
  // It still knows the key, and is near enough to be asked.
  expect((await service.report()).status).toBe(200)
  await primary.query(`update replication_heartbeat set at = at + interval '21 s'`)
  await until(async () => (await service.report()).status === 401)
})

test('whoever follows live is sent away', async () => {
  await using service = await start()
  const answer = await fetch(`${service.origin}/v1/live`, {
    headers: { authorization: `Bearer ${key}` },
  })
  expect(answer.status).toBe(200)
  await revoke()
  // It ends by itself.
  expect(await answer.text()).toContain('retry: 2000')
})

test('a secret before the last rotation opens until it expires', async () => {
  await using service = await start()
  await primary.query(`
    update keys set previous_hash = hash, hash = sha256('other'), previous_until = now() + interval '1 hour'`)
  await replayed()
  expect((await service.report()).status).toBe(200)
  await primary.query(`update keys set previous_until = now()`)
  await replayed()
  expect((await service.report()).status).toBe(401)
})
