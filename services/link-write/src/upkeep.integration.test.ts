import { expect, test } from '@jest/globals'
import { openTestPostgres, silentLog } from './test-postgres.ts'
import { chores, startUpkeep } from './upkeep.ts'
import { writeHeartbeat } from './upkeep-table.ts'

const noon = new Date('2026-03-10T12:00:00Z')

async function openPostgres(timeZone = 'UTC') {
  const open = new AsyncDisposableStack()
  const { postgres, asOwner } = open.use(await openTestPostgres({ timeZone }))
  const log = silentLog
  /** Does every chore once. */
  const upkeep = async (now: Date) => {
    await using _ = await startUpkeep(chores(postgres, 400), {
      intervalMs: 60_000,
      now: () => now,
      log,
    })
  }
  const salts = async () => {
    const { rows } = await postgres.query<{ day: string; salt: string }>(
      `select day::text, encode(salt, 'hex') as salt from visitor_salts order by day`,
    )
    return rows
  }
  return { postgres, asOwner, upkeep, salts, [Symbol.asyncDispose]: () => open.disposeAsync() }
}

test('salts exist for today, tomorrow and the day after, and stay what they are', async () => {
  await using db = await openPostgres()
  await db.upkeep(noon)
  const salts = await db.salts()
  expect(salts.map(({ day }) => day)).toEqual(['2026-03-10', '2026-03-11', '2026-03-12'])
  expect(new Set(salts.map(({ salt }) => salt)).size).toBe(3)
  for (const { salt } of salts) expect(salt).toHaveLength(64)
  await db.upkeep(new Date('2026-03-10T23:59:59Z'))
  expect(await db.salts()).toEqual(salts)
})

test('a salt is forgotten 48 hours after its day, and not before', async () => {
  await using db = await openPostgres()
  await db.upkeep(noon)
  const days = async () => (await db.salts()).map(({ day }) => day)
  await db.upkeep(new Date('2026-03-13T00:00:00Z'))
  expect((await days())[0]).toBe('2026-03-10')
  await db.upkeep(new Date('2026-03-13T00:00:01Z'))
  expect((await days())[0]).toBe('2026-03-11')
})

test('a session in another time zone forgets no salt early', async () => {
  await using db = await openPostgres('Pacific/Kiritimati')
  expect((await db.postgres.query('show timezone')).rows).toEqual([
    { TimeZone: 'Pacific/Kiritimati' },
  ])
  await db.upkeep(noon)
  await db.upkeep(new Date('2026-03-12T23:00:00Z'))
  expect((await db.salts())[0]?.day).toBe('2026-03-10')
})

test('changes and answers older than a day are deleted, however many', async () => {
  await using db = await openPostgres()
  await db.postgres.query(
    `insert into link_changes (position, changed_at, domain, slug, deleted)
    select n, $1::timestamptz - case when n <= 2500 then interval '25 hours' else interval '23 hours' end,
      '@', 's', false from generate_series(1, 2510) n`,
    [noon],
  )
  await db.postgres.query(`
    insert into keys (id, owner_id, hash, scopes)
    values ('00000000-0000-4000-8000-000000000000', 'acme', 'x', '{admin}')`)
  await db.postgres.query(
    `insert into idempotent_answers (key_id, idempotency_key, request_hash, status, headers, created_at)
    select '00000000-0000-4000-8000-000000000000', n, 'x', 204, '{}',
      $1::timestamptz - case when n <= 1500 then interval '25 hours' else interval '23 hours' end
    from generate_series(1, 1510) n`,
    [noon],
  )
  await db.upkeep(noon)
  const { rows } = await db.postgres.query(`
    select (select count(*) from link_changes) as changes,
      (select count(*) from idempotent_answers) as answers`)
  expect(rows).toEqual([{ changes: 10, answers: 10 }])
})

test('the replication heartbeat moves on', async () => {
  await using db = await openPostgres()
  const at = async () => {
    const { rows } = await db.postgres.query<{ at: Date }>('select at from replication_heartbeat')
    expect(rows).toHaveLength(1)
    return rows[0]?.at.getTime() ?? 0
  }
  const before = await at()
  await writeHeartbeat(db.postgres)
  expect(await at()).toBeGreaterThan(before)
})

test('the audit log is kept for so many days, and no longer', async () => {
  await using db = await openPostgres()
  const insert = `
    insert into links (id, owner_id, domain, slug, destination)
    select gen_random_uuid(), 'acme', '@', $1 || n, 'https://example.com/' from generate_series(1, 2500) n`
  await db.postgres.query(insert, ['old'])
  await db.asOwner(
    `update audit_log set at = timestamptz '2026-03-10T11:59:59Z' - interval '400 days'`,
  )
  await db.postgres.query(insert, ['new'])
  await db.asOwner(`
    update audit_log set at = timestamptz '2026-03-10T12:00:00Z' - interval '400 days'
    where after ->> 'slug' like 'new%'`)
  await db.upkeep(noon)
  const { rows } = await db.postgres.query(`
    select count(*), count(*) filter (where after ->> 'slug' like 'new%') as new from audit_log`)
  expect(rows).toEqual([{ count: 2500, new: 2500 }])
})

test('jobs older than 30 days are deleted, however many', async () => {
  await using db = await openPostgres()
  await db.postgres.query(
    `insert into jobs (id, owner_id, key_id, state, upsert, finished_at)
    select gen_random_uuid(), 'acme', gen_random_uuid(), 'done', false,
      $1::timestamptz - case when n <= 35 then interval '31 days' else interval '29 days' end
    from generate_series(1, 38) n`,
    [noon],
  )
  await db.upkeep(noon)
  expect((await db.postgres.query('select count(*) from jobs')).rows).toEqual([{ count: 3 }])
})
