import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { prepareDatabases } from '@sleepwell/deploy-local/databases'
import { until } from '../../api.ts'
import { type BackedUpPostgres, openBackedUpPostgres } from './backed-up-postgres.ts'

jest.setTimeout(300_000)

let postgres: BackedUpPostgres
beforeAll(async () => {
  postgres = await openBackedUpPostgres()
  await postgres.query('postgres', 'create table cups (name text)')
}, 120_000)
afterAll(async () => await postgres?.[Symbol.asyncDispose]())

test('a server whose data is gone comes back with all that was archived, and as it was at any moment', async () => {
  await add('espresso')
  await postgres.backUp('full')
  await add('latte')
  await archive()
  await add('lost')
  await postgres.destroy()
  await postgres.restore()
  expect(await cups()).toEqual(['espresso', 'latte'])

  await add('mocha')
  const then = await now()
  await postgres.query('postgres', 'delete from cups')
  await archive()
  await postgres.destroy()
  await postgres.restore(then)
  expect(await cups()).toEqual(['espresso', 'latte', 'mocha'])
})

test('each database is told which backups there are, and tells nobody of those that are gone', async () => {
  await prepareDatabases(postgres.url, () => 'test')
  await postgres.backUp('diff')
  const { backups } = await postgres.info()
  expect(backups.length).toBeGreaterThan(1)
  for (const database of ['links', 'analytics']) {
    await postgres.query(database, `insert into backups values ('gone', 'full', 'today')`)
    await postgres.record(database)
    const rows = await postgres.query<{ label: string; old: boolean }>(
      database,
      `select label, completed_at < pg_postmaster_start_time() - interval '1 hour' as old
       from backups order by completed_at`,
    )
    expect(rows).toEqual(backups.map(({ label }) => ({ label, old: false })))
  }
})

async function add(name: string): Promise<void> {
  await postgres.query('postgres', `insert into cups values ('${name}')`)
}

async function cups(): Promise<string[]> {
  const rows = await postgres.query<{ name: string }>('postgres', 'select name from cups')
  return rows.map(({ name }) => name).toSorted()
}

async function now(): Promise<string> {
  const [row] = await postgres.query<{ at: string }>(
    'postgres',
    'select clock_timestamp()::text as at',
  )
  return row?.at ?? ''
}

/** Everything until now. */
async function archive(): Promise<void> {
  const [row] = await postgres.query<{ segment: string }>(
    'postgres',
    'select pg_walfile_name(pg_switch_wal()) as segment',
  )
  await until(
    async () => (await postgres.info()).lastSegment ?? '',
    (last) => last >= (row?.segment ?? ''),
  )
}
