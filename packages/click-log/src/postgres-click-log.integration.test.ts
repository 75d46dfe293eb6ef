import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { openTestDatabase, type TestDatabase, type TestRole } from '@sleepwell/testing/postgres'
import { Client } from 'pg'
import { pino } from 'pino'
import { describeClickLog } from './click-log.behaviour.ts'
import type { LogUnderTest } from './test-log.ts'
import type { ClickLog } from './click-log.ts'
import { createDiary, until } from './log-diary.ts'
import { openPostgresClickLog } from './postgres-click-log.ts'

const log = pino({ level: 'silent' })

describeClickLog('the Postgres click log', openLog)

async function openLog(): Promise<LogUnderTest & { database: TestDatabase }> {
  const database = await openTestDatabase('analytics')
  const opened: ClickLog[] = []
  const openAs = (role: TestRole) => () => {
    const one = openPostgresClickLog({
      url: database.url(role),
      log,
      pollMs: 20,
      balanceMs: 50,
    })
    opened.push(one)
    return one
  }
  return {
    database,
    publisher: openAs('redirect'),
    consumer: openAs('analytics'),
    cut: async () => {
      await query(
        database,
        'postgres',
        `select pg_terminate_backend(pid) from pg_stat_activity
         where usename = 'analytics' and datname = current_database()`,
      )
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(opened.map((each) => each[Symbol.asyncDispose]()))
      await database[Symbol.asyncDispose]()
    },
  }
}

async function query<Row extends object>(
  database: TestDatabase,
  role: TestRole,
  sql: string,
): Promise<Row[]> {
  const client = await connect(database, role)
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}

async function connect(database: TestDatabase, role: TestRole): Promise<Client> {
  const client = new Client({ connectionString: database.url(role) })
  await client.connect()
  return client
}

const bytes = (text: string) => new TextEncoder().encode(text)

test('a commit that comes late is not skipped', async () => {
  await using opened = await openLog()
  const diary = createDiary()
  await using _consumer = opened.consumer().consume(diary.options)
  const slow = await connect(opened.database, 'redirect')
  await slow.query('begin')
  await slow.query(`select publish_clicks(0, array['late'::bytea])`)
  // Same partition: must not be readable before the one that got its offset first.
  const quick = query(opened.database, 'redirect', `select publish_clicks(0, array['next'::bytea])`)
  // Other partitions do not wait.
  await query(opened.database, 'redirect', `select publish_clicks(1, array['other'::bytea])`)
  await until(() => diary.texts().includes('other'))
  await sleep(100)
  expect(diary.texts()).toEqual(['other'])
  await slow.query('commit')
  await quick
  await slow.end()
  await until(() => diary.texts().length === 3)
  expect(diary.of(0)).toEqual([
    { offset: 0, text: 'late' },
    { offset: 1, text: 'next' },
  ])
})

test('a publisher that dies before its commit leaves no gap', async () => {
  await using opened = await openLog()
  const dead = await connect(opened.database, 'redirect')
  await dead.query('begin')
  await dead.query(`select publish_clicks(0, array['never'::bytea])`)
  await dead.end()
  await query(opened.database, 'redirect', `select publish_clicks(0, array['first'::bytea])`)
  const diary = createDiary()
  await using _consumer = opened.consumer().consume(diary.options)
  await until(() => diary.texts().length > 0)
  expect(diary.of(0)).toEqual([{ offset: 0, text: 'first' }])
})

test('redirect may publish, and nothing else', async () => {
  await using opened = await openLog()
  await opened.publisher().publish([bytes('a')])
  const tables = await query<{ name: string }>(
    opened.database,
    'postgres',
    `select relname as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'S')`,
  )
  expect(tables.length).toBeGreaterThan(5)
  for (const { name } of tables) {
    for (const statement of [`select from "${name}"`, `delete from "${name}"`])
      await expect(query(opened.database, 'redirect', statement)).rejects.toThrow(
        'permission denied',
      )
  }
  for (const statement of [
    `insert into click_log (partition, "offset", value) values (0, 9, '')`,
    `update click_log_partitions set next = 0`,
    `select make_days(array[current_date])`,
    `select drop_days('clicks', current_date)`,
    `create table mine ()`,
  ])
    await expect(query(opened.database, 'redirect', statement)).rejects.toThrow('permission denied')
})

test('analytics can neither publish nor change what was published', async () => {
  await using opened = await openLog()
  for (const statement of [
    `select publish_clicks(0, array['x'::bytea])`,
    `update click_log set value = ''`,
    `update click_log_partitions set next = 0`,
  ])
    await expect(query(opened.database, 'analytics', statement)).rejects.toThrow(
      'permission denied',
    )
})

test('consumed records are deleted, and only those', async () => {
  await using opened = await openLog()
  const publisher = opened.publisher()
  for (let i = 0; i < 8; i++) await publisher.publish([bytes(`${i}a`), bytes(`${i}b`)])
  const diary = createDiary()
  await using _consumer = opened.consumer().consume({
    ...diary.options,
    // Stays before the second of the first partition's records.
    handle: async (partition, records) =>
      partition === 0 ? 1 : diary.options.handle(partition, records),
  })
  const left = () =>
    query<{ partition: number; offset: string }>(
      opened.database,
      'postgres',
      'select partition, "offset" from click_log order by partition, "offset"',
    )
  await until(async () => (await left()).every(({ partition }) => partition === 0))
  await until(async () => (await left()).length === 3)
  expect(await left()).toEqual([1, 2, 3].map((n) => ({ partition: 0, offset: String(n) })))
})

test('an offset below the oldest record begins at the oldest one', async () => {
  await using opened = await openLog()
  const publisher = opened.publisher()
  for (let i = 0; i < 12; i++) await publisher.publish([bytes(String(i))])
  await query(opened.database, 'postgres', 'delete from click_log where "offset" < 2')
  const diary = createDiary(new Map([0, 1, 2, 3].map((partition) => [partition, 1])))
  await using _consumer = opened.consumer().consume(diary.options)
  await until(() => diary.texts().length >= 4)
  expect(diary.partitions().map((partition) => diary.of(partition)[0]?.offset)).toEqual([
    2, 2, 2, 2,
  ])
})

test.each(['SIGSTOP', 'SIGKILL'] as const)(
  'a consumer whose process got %s loses its partitions',
  async (signal) => {
    await using opened = await openLog()
    const program = `
      import { pino } from 'pino'
      import { openPostgresClickLog } from './src/postgres-click-log.ts'
      const log = openPostgresClickLog({
        url: '${opened.database.url('analytics')}', log: pino({ level: 'silent' }), silenceMs: 1000,
      })
      log.consume({
        startAt: async () => 'earliest',
        handle: async () => 0,
        assigned: (partitions) => console.log(partitions.length),
      })`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      let held = 0
      child.stdout.on('data', (text) => (held = Number(String(text).trim())))
      await until(() => held === 4)
      child.kill(signal)
      const diary = createDiary()
      let taken = 0
      await using _consumer = opened.consumer().consume({
        ...diary.options,
        assigned: (partitions) => (taken = partitions.length),
      })
      await until(() => taken === 4)
      expect(taken).toBe(4)
    } finally {
      child.kill('SIGKILL')
    }
  },
)

test('a database that is away rejects a publish, and is used again when it is back', async () => {
  await using opened = await openLog()
  await using away = openPostgresClickLog({
    url: 'postgres://redirect:test@127.0.0.1:1/analytics',
    log,
    pollMs: 20,
    balanceMs: 50,
  })
  await using _consumer = away.consume(createDiary().options)
  await expect(away.publish([bytes('a')])).rejects.toThrow('ECONNREFUSED')
  await opened.publisher().publish([bytes('a')])
})
