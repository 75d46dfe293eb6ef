import { expect, test } from '@jest/globals'
import { openTestDatabase, type TestDatabase } from '@sleepwell/testing/postgres'
import { openFaultProxy, through } from '@sleepwell/testing/fault-proxy'
import { pino } from 'pino'
import { Client, type Pool } from 'pg'
import { openDatabaseSet, type DatabaseSet } from './database-set.ts'
import { connectionsOf } from './observe-connections.ts'

const log = pino({ level: 'silent' })
/** Nobody listens there. */
const nowhere = 'postgres://redirect:x@127.0.0.1:1/links'

/** Databases that stand for a primary and its replicas, whose heartbeats are so many seconds old. */
async function servers(...agesSeconds: number[]) {
  const open = new AsyncDisposableStack()
  const urls: string[] = []
  for (const age of agesSeconds) {
    const database = open.use(await openTestDatabase('links'))
    await beat(database, age)
    urls.push(database.url('redirect'))
  }
  return { urls, [Symbol.asyncDispose]: () => open.disposeAsync() }
}

async function beat(database: TestDatabase, ageSeconds: number) {
  const client = new Client({ connectionString: database.url('link_write') })
  await client.connect()
  await client.query(
    `update replication_heartbeat set at = timestamptz '2026-01-01' - make_interval(secs => $1)`,
    [ageSeconds],
  )
  await client.end()
}

function openSet(primary: string, ...replicas: string[]): DatabaseSet {
  return openDatabaseSet({
    primary,
    replicas,
    name: 'test',
    max: 1,
    replicaTimeoutMs: 2000,
    primaryTimeoutMs: 2000,
    log,
    heartbeatEveryMs: 10,
  })
}

async function until(condition: () => boolean) {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}

const portOf = (url: string) => Number(new URL(url).port)
const order = (set: DatabaseSet) => set.inOrder().map((server) => server.url)

test('the nearest replica is asked first, the primary last', async () => {
  await using three = await servers(0, 1, 2)
  const [primary = '', near = '', far = ''] = three.urls
  await using set = openSet(primary, near, far)
  await until(() => set.lagSeconds().join() === '1,2')
  expect(order(set)).toEqual([near, far, primary])
})

test('a replica that lags by more than 30 s comes after the primary', async () => {
  await using three = await servers(0, 31, 2)
  const [primary = '', near = '', far = ''] = three.urls
  await using set = openSet(primary, near, far)
  await until(() => set.lagSeconds()[0] === 31)
  expect(order(set)).toEqual([far, primary, near])
})

test('a replica that lags by more than nine minutes is never asked', async () => {
  await using two = await servers(0, 541)
  const [primary = '', replica = ''] = two.urls
  await using set = openSet(primary, replica)
  await until(() => set.lagSeconds()[0] === 541)
  expect(order(set)).toEqual([primary])
})

test('without the primary, replicas are compared with each other', async () => {
  await using two = await servers(40, 0)
  const [stale = '', fresh = ''] = two.urls
  await using set = openSet(nowhere, stale, fresh)
  await until(() => set.lagSeconds()[0] === 40)
  expect(order(set)).toEqual([fresh, nowhere, stale])
})

test('a replica that does not answer comes last, and nobody waits for it', async () => {
  await using one = await servers(0)
  const [primary = ''] = one.urls
  await using set = openSet(primary, nowhere)
  await until(() => order(set)[0] === primary)
  expect(order(set)).toEqual([primary, nowhere])
})

test('a question goes to the first server that answers', async () => {
  await using one = await servers(0)
  await using set = openSet(one.urls[0] ?? '', nowhere)
  const { rows } = await set.ask((pool) => pool.query('select 1 as one'))
  expect(rows).toEqual([{ one: 1 }])
  await using none = openSet(nowhere, nowhere)
  await expect(none.ask((pool) => pool.query('select'))).rejects.toThrow('ECONNREFUSED')
})

test('a server that is away is soon asked no more', async () => {
  await using set = openSet(nowhere)
  let asked = 0
  for (let i = 0; i < 20; i++) {
    await set
      .ask(async (pool) => {
        asked += 1
        await pool.query('select')
      })
      .catch(() => {})
  }
  expect(asked).toBe(5)
})

test('a primary in recovery is asked all the same, and told something once its address leads elsewhere', async () => {
  await using database = await openTestDatabase('links')
  const primary = database.url('redirect')
  const standby = await database.replicaUrl('redirect')
  await using address = await openFaultProxy(portOf(standby))
  await using set = openSet(through(address, primary))
  const ask = () => set.ask((pool) => pool.query('select from links'))
  const tell = () => set.tell((pool) => pool.query('select claim_click(gen_random_uuid(), 1)'))
  await ask()
  await expect(tell()).rejects.toThrow('read-only')
  await ask()
  // As a name does: the connection that was just made stays where it is.
  address.lead(portOf(primary), 'stay')
  await expect(tell()).rejects.toThrow('read-only')
  await tell()
  await ask()
})

test('of each server it can be told whether it is asked, and what its connections do', async () => {
  await using one = await servers(0)
  const [primary = ''] = one.urls
  await using set = openSet(primary, nowhere)
  const [replica] = set.inOrder().filter(({ role }) => role === 'replica')
  for (let i = 0; i < 5; i++)
    await replica?.ask(async () => Promise.reject(new Error('no'))).catch(() => {})
  await set.ask((pool) => pool.query('select'))
  const told = set.servers().map(({ name, breaker }) => [name, breaker])
  expect(told).toEqual([
    ['replica-1', 2],
    ['primary', 0],
  ])
  const pools = set.servers().map(({ name, pool }) => [name, pool] as const)
  expect(connectionsOf(pools)).toContainEqual([{ server: 'primary', state: 'waiting' }, 0])
  expect(connectionsOf(pools)).toHaveLength(6)
})

test('writes that go on failing are soon not tried, and keep nobody from reading', async () => {
  await using one = await servers(0)
  await using set = openSet(one.urls[0] ?? '')
  let told = 0
  for (let i = 0; i < 20; i++) {
    await set
      .tell(async (pool) => {
        told += 1
        await pool.query('select 1 / 0')
      })
      .catch(() => {})
  }
  expect(told).toBe(5)
  await expect(set.ask((pool) => pool.query('select'))).resolves.toBeDefined()
})

test('however many writes wait, a read waits for one of them', async () => {
  await using one = await servers(0)
  await using set = openSet(one.urls[0] ?? '')
  const done: string[] = []
  const note = (what: string) => async (pool: Pool) => {
    await pool.query('select')
    done.push(what)
  }
  const writes = [1, 2, 3].map((n) => set.tell(note(`write ${n}`)))
  await Promise.all([...writes, set.ask(note('read'))])
  expect(done).toEqual(['write 1', 'read', 'write 2', 'write 3'])
})

test('only the primary is told, whatever a replica could say', async () => {
  await using two = await servers(0, 0)
  const [primary = '', replica = ''] = two.urls
  await using set = openSet(primary, replica)
  const name = new URL(primary).pathname.slice(1)
  const { rows } = await set.tell((pool) => pool.query('select current_database() as name'))
  expect(rows).toEqual([{ name }])
})

test('a question that waited too long for its turn is not asked any more, and the server is not blamed', async () => {
  await using one = await servers(0)
  await using set = openDatabaseSet({
    primary: one.urls[0] ?? '',
    replicas: [],
    name: 'test',
    max: 1,
    replicaTimeoutMs: 20,
    primaryTimeoutMs: 20,
    log,
  })
  const slow = Promise.withResolvers<void>()
  const first = set.ask(() => slow.promise)
  let asked = 0
  const waiting = Array.from({ length: 10 }, () => set.ask(async () => void (asked += 1)))
  const ended = Promise.allSettled(waiting)
  await new Promise((resolve) => setTimeout(resolve, 50))
  slow.resolve()
  await first
  expect((await ended).map(({ status }) => status)).toEqual(waiting.map(() => 'rejected'))
  expect(asked).toBe(0)
  await set.ask(async () => void (asked += 1))
  expect(asked).toBe(1)
})
