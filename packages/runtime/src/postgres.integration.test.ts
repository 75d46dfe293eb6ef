import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { openTestDatabase, type TestDatabase } from '@sleepwell/testing/postgres'
import { Client, type Pool } from 'pg'
import { pino } from 'pino'
import { isUnavailable } from './unavailable.ts'
import { inTransaction, openPool } from './postgres.ts'

let database: TestDatabase
let admin: Client
const logged: string[] = []
const log = pino({}, { write: (line: string) => void logged.push(line) })

beforeAll(async () => {
  database = await openTestDatabase('links')
  admin = new Client({ connectionString: database.url('postgres') })
  await admin.connect()
  await admin.query('create table cups (name text primary key, size bigint)')
})
beforeEach(() => admin.query('truncate cups'))
afterAll(async () => {
  await admin.end()
  await database[Symbol.asyncDispose]()
})

test('a statement on a frozen server has an end, and its connection is destroyed', async () => {
  await using pool = open({ timeoutMs: 1500 })
  const pid = await pidOf(pool)
  using _frozen = freeze(pid)
  const error = await errorOf(pool.query('select 1'))
  expect(isUnavailable(error)).toBe(true)
  expect(pool.totalCount).toBe(0)
  expect(await pidOf(pool)).not.toBe(pid)
})

test('a transaction on a frozen server has an end, and its connection is not asked to roll back', async () => {
  await using pool = open({ timeoutMs: 1500 })
  const pid = await pidOf(pool)
  let statements = 0
  const error = await errorOf(
    inTransaction(pool, async (client) => {
      using _frozen = freeze(pid)
      const query = client.query.bind(client)
      Object.assign(client, { query: (text: string) => (statements++, query(text)) })
      await client.query(`insert into cups values ('espresso', 1)`)
    }),
  )
  expect(isUnavailable(error)).toBe(true)
  expect(statements).toBe(1)
  expect(pool.totalCount).toBe(0)
})

test('waiting for a connection has an end too', async () => {
  await using pool = open({ timeoutMs: 1000, max: 1 })
  const client = await pool.connect()
  expect(isUnavailable(await errorOf(pool.query('select 1')))).toBe(true)
  client.release()
})

test('a process whose server is frozen can end', async () => {
  const script = `
    import { openPool } from ${path('postgres.ts')}
    import { pino } from ${JSON.stringify(import.meta.resolve('pino'))}
    const pool = openPool({ url: process.argv[1], name: 'x', max: 1, timeoutMs: 5000, log: pino() })
    const { rows } = await pool.query('select pg_backend_pid() as pid')
    process.kill(rows[0].pid, 'SIGSTOP')
    await pool.end()
    console.log(rows[0].pid)`
  const words = ['--input-type=module', '-e', script, database.url('postgres')]
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    encoding: 'utf8',
    timeout: 20_000,
  })
  process.kill(Number(stdout), 'SIGCONT')
  expect([status, stderr]).toEqual([0, ''])
})

test('the kernel asks after five idle seconds whether the server is still there', async () => {
  await using pool = open({ timeoutMs: 5000 })
  const { rows } = await admin.query<{ port: number }>(
    'select client_port as port from pg_stat_activity where pid = $1',
    [await pidOf(pool)],
  )
  expect(keepaliveSeconds(rows[0]?.port ?? 0)).toBeLessThanOrEqual(5)
})

test('losing an idle connection is logged, and the next statement gets another one', async () => {
  await using pool = open({ timeoutMs: 5000 })
  const lost = new Promise((resolve) => pool.once('error', resolve))
  await admin.query('select pg_terminate_backend($1)', [await pidOf(pool)])
  await lost
  expect(logged.at(-1)).toContain('lost an idle database connection')
  expect(await pidOf(pool)).toBeGreaterThan(0)
})

test('losing the connection in the middle of a transaction rejects it and ends no process', async () => {
  await using pool = open({ timeoutMs: 5000 })
  const error = await errorOf(
    inTransaction(pool, async (client) => {
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
      await admin.query('select pg_terminate_backend($1)', [rows[0]?.pid])
      await client.query('select 1')
    }),
  )
  expect(isUnavailable(error)).toBe(true)
  expect(await pidOf(pool)).toBeGreaterThan(0)
})

test('a transaction commits what it did', async () => {
  await using pool = open({ timeoutMs: 5000 })
  const size = await inTransaction(pool, async (client) => {
    await client.query(`insert into cups values ('mocha', 3)`)
    return 3
  })
  expect(size).toBe(3)
  expect(await cups()).toEqual(['mocha'])
})

test.each([
  ['its work objects', async () => Promise.reject(new Error('no'))],
  [
    'a constraint objects',
    (pool: { query: (text: string) => Promise<unknown> }) =>
      pool.query(`insert into cups values ('mocha', 1), ('mocha', 2)`),
  ],
])('a transaction leaves nothing when %s, and keeps its connection', async (_, object) => {
  await using pool = open({ timeoutMs: 5000 })
  const pid = await pidOf(pool)
  await errorOf(
    inTransaction(pool, async (client) => {
      await client.query(`insert into cups values ('latte', 1)`)
      await object(client)
    }),
  )
  expect(await cups()).toEqual([])
  expect(await pidOf(pool)).toBe(pid)
  expect(await inTransaction(pool, () => Promise.resolve('fine'))).toBe('fine')
})

test('bigint is read as a number', async () => {
  await using pool = open({ timeoutMs: 5000 })
  const { rows } = await pool.query<{ n: unknown }>(
    'select 2::bigint ^ 41 + 0 as f, 2199023255552 as n',
  )
  expect(rows[0]?.n).toBe(2 ** 41)
})

function open(options: { timeoutMs: number; max?: number }): Pool & AsyncDisposable {
  const pool = openPool({ url: database.url('postgres'), name: 'test', max: 1, log, ...options })
  return Object.assign(pool, { [Symbol.asyncDispose]: () => pool.end() })
}

async function pidOf(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid')
  return rows[0]?.pid ?? 0
}

/** Until the next question of the kernel on the connection from that port; NaN if it asks nothing. */
function keepaliveSeconds(port: number): number {
  const from = port.toString(16).toUpperCase().padStart(4, '0')
  const [, ticks] =
    new RegExp(`:${from} \\S+ 01 \\S+ 02:([0-9A-F]+) `, 'u').exec(
      readFileSync('/proc/net/tcp', 'utf8'),
    ) ?? []
  return Number.parseInt(ticks ?? '', 16) / 100
}

/** Stops the server's process behind one connection, as a frozen machine would. */
function freeze(pid: number): Disposable {
  process.kill(pid, 'SIGSTOP')
  return { [Symbol.dispose]: () => process.kill(pid, 'SIGCONT') }
}

async function cups(): Promise<string[]> {
  const { rows } = await admin.query<{ name: string }>('select name from cups order by name')
  return rows.map((row) => row.name)
}

function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'no error',
    (error: unknown) => error,
  )
}

function path(name: string): string {
  return JSON.stringify(fileURLToPath(new URL(name, import.meta.url)))
}
