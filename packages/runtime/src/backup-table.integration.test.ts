import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openTestDatabase } from '@sleepwell/testing/postgres'
import { openPostgresPair, type PostgresPair } from '@sleepwell/testing/postgres-pair'
import { Client } from 'pg'
import { pino } from 'pino'
import { findBackups } from './backup-table.ts'
import { openPool } from './postgres.ts'

const log = pino({ level: 'silent' })

let pair: PostgresPair
beforeAll(async () => {
  pair = await openPostgresPair(0, { archive_mode: 'on' })
})
afterAll(async () => await pair?.[Symbol.asyncDispose]())

test.each([
  ['links', 'link_write'],
  ['analytics', 'analytics'],
] as const)('the newest base backup of %s is told to %s, and nothing else', async (name, role) => {
  await using database = await openTestDatabase(name)
  await using asService = open(database.url(role))
  expect(await findBackups(asService)).toEqual({ backedUpAt: null, archivedAt: null })
  await asSuperuser(
    database.url('postgres'),
    `insert into backups values ('a', 'full', '2026-03-01T02:00Z'), ('c', 'diff', '2026-03-03T02:00Z'),
       ('b', 'diff', '2026-03-02T02:00Z')`,
  )
  const newest = { backedUpAt: new Date('2026-03-03T02:00Z'), archivedAt: null }
  expect(await findBackups(asService)).toEqual(newest)
  for (const forbidden of [
    `insert into backups values ('d', 'full', now())`,
    'delete from backups',
    'select label from backups',
  ])
    await expect(asService.query(forbidden)).rejects.toMatchObject({ code: '42501' })
})

test('a server that archives tells when it last did, and stands still while it fails', async () => {
  const url = pair.primary.url('postgres')
  await using asService = open(pair.primary.url('link_write'))
  const archivedAt = async () => (await findBackups(asService)).archivedAt?.getTime() ?? 0
  const archiveBy = async (command: string) => {
    await asSuperuser(url, `alter system set archive_command = '${command}'`)
    await asSuperuser(url, 'select pg_reload_conf()')
  }
  const failures = async () => {
    const rows = await asSuperuser(url, 'select failed_count as failures from pg_stat_archiver')
    return Number(rows[0]?.failures)
  }
  // Before the first segment too there is a time from which to count.
  expect(await archivedAt()).toBeGreaterThan(0)
  await archiveBy('true')
  const filledAt = await fillSegment(url)
  while ((await archivedAt()) < filledAt);

  await archiveBy('false')
  const failsAgain = async () => {
    const before = await failures()
    // It gives up after a few tries, until there is another segment.
    for (; (await failures()) === before; await sleep(500)) await fillSegment(url)
  }
  await failsAgain()
  const last = await archivedAt()
  await failsAgain()
  expect(await archivedAt()).toBe(last)
})

const open = (url: string) => openPool({ url, name: 'test', max: 1, timeoutMs: 5_000, log })

/** There is something to archive; resolves to when that was, by the clock of the server. */
async function fillSegment(url: string): Promise<number> {
  await asSuperuser(url, `select pg_logical_emit_message(true, 'test', '')`)
  const [row] = await asSuperuser(url, 'select clock_timestamp() as at, pg_switch_wal()')
  return row?.at instanceof Date ? row.at.getTime() : Number.NaN
}

async function asSuperuser(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}
