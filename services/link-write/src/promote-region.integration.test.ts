import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import {
  openPostgresPair,
  type PairedServer,
  type PostgresPair,
} from '@sleepwell/testing/postgres-pair'
import { Client } from 'pg'

jest.setTimeout(60_000)

let pair: PostgresPair

beforeAll(async () => {
  pair = await openPostgresPair(0)
})
afterAll(async () => await pair[Symbol.asyncDispose]())

test('a region is promoted, and what only the lost one has is listed', async () => {
  const { primary, replica } = pair
  for (const slug of ['same', 'edited', 'deleted', 'both-deleted']) await create(primary, slug)
  await until(async () => (await ask(replica, livingLinks)).length === 4)

  expect(await promoteRegion(primary, replica)).toMatchObject({
    status: 1,
    err: expect.stringContaining('answers and takes writes'),
  })

  // From here on the standby hears nothing.
  await ask(replica, `alter system set primary_conninfo = ''`)
  await ask(replica, 'select pg_reload_conf()')
  await until(async () => (await ask(replica, 'select from pg_stat_wal_receiver')).length === 0)
  await create(primary, 'created')
  await edit(primary, 'edited', 'https://example.com/lost')
  for (const slug of ['deleted', 'both-deleted']) await drop(primary, slug)

  expect(await promoteRegion(undefined, replica, [])).toMatchObject({
    status: 1,
    err: 'There is no terminal to ask on: say --yes.\n',
  })
  await ask(primary, 'alter system set default_transaction_read_only = on')
  await ask(primary, 'select pg_reload_conf()')
  await until(async () => (await ask(primary, 'show transaction_read_only'))[0]?.[0] === 'on')
  const done = await promoteRegion(primary, replica)
  expect(done).toMatchObject({ status: 0, err: '' })
  expect(done.out).toMatch(/answers, and takes no writes/u)
  expect(done.out).toMatch(/In bytes: the old primary has [1-9]\d* more\./u)
  expect(done.out).toContain('takes writes, on timeline 2.')
  expect((await promoteRegion(primary, replica)).out).toContain(
    'is the primary already, on timeline 2. Nothing was done.',
  )

  await drop(replica, 'both-deleted')
  await edit(replica, 'edited', 'https://example.com/kept')
  await create(replica, 'only-kept')
  const { status, out, err } = await listLostLinks(replica, primary)
  expect([status, err]).toEqual([
    0,
    '1 created, 1 edited, 1 deleted, and known to the lost primary alone\n',
  ])
  expect(out.trimEnd().split('\n').map(inShort)).toEqual([
    'created created: https://example.com/created, now nothing',
    'edited edited: https://example.com/lost, now https://example.com/kept',
    'deleted deleted: nothing, now https://example.com/deleted',
  ])
  expect(await listLostLinks(primary, replica)).toMatchObject({
    status: 1,
    err: expect.stringContaining('LOST_URL still takes writes'),
  })
  // A day later the feed says nothing of that time any more.
  await ask(replica, `delete from link_changes where slug <> 'only-kept'`)
  expect(await listLostLinks(replica, primary)).toMatchObject({
    out: '',
    err: expect.stringContaining('can no longer be told'),
  })
})

const livingLinks = `select slug from links where deleted_at is null and owner_id = 'acme'`

function inShort(line: string): string {
  const { change, slug, lost, kept } = JSON.parse(line)
  const where = (link: { destination: string } | null) => link?.destination ?? 'nothing'
  return `${slug} ${change}: ${where(lost)}, now ${where(kept)}`
}

async function create(server: PairedServer, slug: string): Promise<void> {
  await ask(
    server,
    `with made as (
       insert into links (id, owner_id, domain, slug, destination)
       values (gen_random_uuid(), 'acme', '@', '${slug}', 'https://example.com/${slug}') returning slug)
     ${note('made', false)}`,
  )
}

async function edit(server: PairedServer, slug: string, destination: string): Promise<void> {
  await ask(
    server,
    `with made as (
       update links set destination = '${destination}' where slug = '${slug}' returning slug)
     ${note('made', false)}`,
  )
}

async function drop(server: PairedServer, slug: string): Promise<void> {
  await ask(
    server,
    `with made as (update links set deleted_at = now() where slug = '${slug}' returning slug)
     ${note('made', true)}`,
  )
}

/** The change, as link-write notes it. */
function note(from: string, deleted: boolean): string {
  return `insert into link_changes (position, domain, slug, deleted)
          select next_link_position(), '@', slug, ${deleted} from ${from}`
}

async function ask(server: PairedServer, sql: string): Promise<unknown[][]> {
  const client = new Client({ connectionString: server.url('postgres') })
  await client.connect()
  try {
    return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows
  } finally {
    await client.end()
  }
}

async function promoteRegion(
  old: PairedServer | undefined,
  standby: PairedServer,
  words = ['--yes'],
) {
  return await run('promote-region.ts', words, {
    STANDBY_URL: standby.url('postgres'),
    ...(old && { OLD_PRIMARY_URL: old.url('postgres') }),
  })
}

async function listLostLinks(kept: PairedServer, lost: PairedServer) {
  return await run('list-lost-links.ts', [], {
    LINKS_URL: kept.url('link_write'),
    LOST_URL: lost.url('link_write'),
  })
}

async function run(file: string, words: readonly string[], env: Record<string, string>) {
  const path = fileURLToPath(new URL(file, import.meta.url))
  const child = spawn(process.execPath, [path, ...words], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, err, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ])
  return { status, out, err }
}

/** Waits for what must happen; the test runner's own limit ends a wait in vain. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(20)
}
