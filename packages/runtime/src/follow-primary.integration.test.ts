import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { openFaultProxy, through } from '@sleepwell/testing/fault-proxy'
import { openTestDatabase, type TestDatabase } from '@sleepwell/testing/postgres'
import { Client, Pool, type PoolClient } from 'pg'
import { pino } from 'pino'
import { isReadOnly } from './follow-primary.ts'
import { inTransaction, openPool } from './postgres.ts'
import { isUnavailable } from './unavailable.ts'

const log = pino({ level: 'silent' })
const insert = `insert into cups values ('espresso')`

let database: TestDatabase
let admin: Client

beforeAll(async () => {
  database = await openTestDatabase('links')
  admin = new Client({ connectionString: database.url('postgres') })
  await admin.connect()
  await admin.query('create table cups (name text)')
})
beforeEach(() => admin.query('truncate cups'))
afterAll(async () => {
  await admin.end()
  await database[Symbol.asyncDispose]()
})

test('a pool that writes takes no connection to a standby, and one to a primary once its address leads there', async () => {
  await using address = await openFaultProxy(portOf(await database.replicaUrl('postgres')))
  const url = through(address, database.url('postgres'))
  await using reads = open({ url })
  expect((await reads.query('select from cups')).rowCount).toBe(0)

  await using writes = open({ url, writes: true })
  expect(isUnavailable(await errorOf(writes.query('select from cups')))).toBe(true)
  expect(writes.totalCount).toBe(0)
  address.lead(portOf(database.url('postgres')))
  await writes.query(insert)
  expect(await cups()).toBe(1)
})

test('without a guard each connection to a server that takes no writes has to fail by itself', async () => {
  const pool = new Pool({ connectionString: database.url('postgres'), max: 3 })
  for (const client of await demoted(pool)) client.release()
  for (let i = 0; i < 3; i++) expect(isReadOnly(await errorOf(pool.query(insert)))).toBe(true)
  await pool.end()
})

test('when one write is refused, all connections go that are as old, also those in use', async () => {
  await using pool = open()
  const [busy, ...others] = await demoted(pool)
  for (const client of others) client.release()
  expect(isReadOnly(await errorOf(pool.query(insert)))).toBe(true)
  await until(() => pool.totalCount === 1)
  await pool.query(insert)
  busy?.release()
  await until(() => pool.totalCount === 1)
  await Promise.all([pool.query(insert), pool.query(insert), pool.query(insert)])
  expect(await cups()).toBe(4)
})

test('who waits for a connection gets a new one', async () => {
  await using pool = open()
  const clients = await demoted(pool)
  const waiting = Promise.all([pool.query(insert), pool.query(insert)])
  const [first, ...others] = clients
  await errorOf(first?.query(insert) ?? Promise.resolve())
  first?.release(Object.assign(new Error('refused'), { code: '25006' }))
  for (const client of others) client.release()
  await waiting
  expect(await cups()).toBe(2)
})

test('a transaction that a server refuses is done on another connection, once', async () => {
  await using pool = open()
  for (const client of await demoted(pool)) client.release()
  let tries = 0
  const work = (client: PoolClient) => {
    tries += 1
    return client.query(insert)
  }
  await Promise.all([1, 2, 3].map(() => inTransaction(pool, work)))
  expect(await cups()).toBe(3)

  await using standby = open({ url: await database.replicaUrl('postgres') })
  tries = 0
  expect(isReadOnly(await errorOf(inTransaction(standby, work)))).toBe(true)
  expect(tries).toBe(2)
})

test('when a server is silent for a deadline, a pool that writes does not wait for it again', async () => {
  await using address = await openFaultProxy(portOf(database.url('postgres')))
  const url = through(address, database.url('postgres'))
  const silenced = async (writes: boolean) => {
    const pool = open({ url, writes, timeoutMs: 1500 })
    for (const client of await connected(pool)) client.release()
    await address.set('half-open')
    expect(isUnavailable(await errorOf(pool.query(insert)))).toBe(true)
    return pool
  }
  await using patient = await silenced(false)
  expect(isUnavailable(await errorOf(patient.query(insert)))).toBe(true)
  await using pool = await silenced(true)
  await Promise.all([pool.query(insert), pool.query(insert), pool.query(insert)])
  expect(await cups()).toBe(3)
})

function open(options: { url?: string; writes?: boolean; timeoutMs?: number } = {}) {
  const url = database.url('postgres')
  return openPool({ url, name: 'test', max: 3, timeoutMs: 10_000, log, ...options })
}

/** Three connections in use, whose server takes no writes of them any more. */
async function demoted(pool: Pool): Promise<PoolClient[]> {
  const clients = await connected(pool)
  for (const client of clients)
    await client.query('set session characteristics as transaction read only')
  return clients
}

function connected(pool: Pool): Promise<PoolClient[]> {
  return Promise.all([pool.connect(), pool.connect(), pool.connect()])
}

async function cups(): Promise<number> {
  const { rowCount } = await admin.query('select from cups')
  return rowCount ?? 0
}

function portOf(url: string): number {
  return Number(new URL(url).port)
}

async function until(condition: () => boolean) {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}

function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'no error',
    (error: unknown) => error,
  )
}
