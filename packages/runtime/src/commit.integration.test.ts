// What is acknowledged is on the standby too: nothing may end the wait for it and call that a success.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openPostgresPair, type PostgresPair } from '@sleepwell/testing/postgres-pair'
import { Client, Pool } from 'pg'
import { pino } from 'pino'
import { inTransaction, openPool } from './postgres.ts'
import { isUnavailable } from './unavailable.ts'

const log = pino({ level: 'silent' })
const insert = `insert into cups values ('espresso')`

let pair: PostgresPair
let url: string
let admin: Client

beforeAll(async () => {
  pair = await openPostgresPair(0)
  url = pair.primary.url('postgres')
  admin = new Client({ connectionString: url })
  await admin.connect()
  await admin.query('create table cups (name text)')
  // Nobody has that name: no commit is ever confirmed.
  await admin.query(`alter system set synchronous_standby_names = 'nobody'`)
  await admin.query('select pg_reload_conf()')
  await until(async () => (await synchronousStandbys()) === 'nobody')
})
afterAll(async () => {
  await admin.end()
  await pair[Symbol.asyncDispose]()
})

test('a commit whose wait for a standby is cancelled is uncertain, which Postgres calls a success', async () => {
  const bare = new Pool({ connectionString: url, max: 1 })
  const told = bare.query(insert)
  await cancel(await waitingForStandby())
  expect((await told).command).toBe('INSERT')
  await bare.end()

  await using pool = open(30_000)
  const uncertain = errorOf(inTransaction(pool, (client) => client.query(insert)))
  await cancel(await waitingForStandby())
  expect(isUnavailable(await uncertain)).toBe(true)
  expect(await uncertain).toMatchObject({ code: '08007' })
})

test('a commit that runs out of time is not cancelled: its server goes on waiting for the standby', async () => {
  await using pool = open(2_000)
  const uncertain = errorOf(inTransaction(pool, (client) => client.query(insert)))
  const pid = await waitingForStandby()
  expect(isUnavailable(await uncertain)).toBe(true)
  expect(pool.totalCount).toBe(0)
  expect(await waitingForStandby()).toBe(pid)
  await cancel(pid)
})

function open(timeoutMs: number) {
  return openPool({ url, name: 'test', max: 1, timeoutMs, log })
}

async function synchronousStandbys() {
  const { rows } = await admin.query('show synchronous_standby_names')
  return rows[0]?.synchronous_standby_names
}

async function waitingForStandby(): Promise<number> {
  for (;;) {
    const { rows } = await admin.query<{ pid: number }>(
      `select pid from pg_stat_activity where wait_event = 'SyncRep'`,
    )
    if (rows[0] !== undefined) return rows[0].pid
    await pause()
  }
}

async function cancel(pid: number): Promise<void> {
  await admin.query('select pg_cancel_backend($1)', [pid])
  await until(async () => {
    const { rowCount } = await admin.query(
      `select from pg_stat_activity where pid = $1 and wait_event = 'SyncRep'`,
      [pid],
    )
    return rowCount === 0
  })
}

async function until(condition: () => Promise<boolean>) {
  while (!(await condition())) await pause()
}

function pause() {
  return new Promise((resolve) => setTimeout(resolve, 10))
}

function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'no error',
    (error: unknown) => error,
  )
}
