// Links from a streaming replica that can be made to lag. One file, one test at a time: the replica is shared.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLog } from '@sleepwell/runtime/log'
import { openTestDatabase, type TestDatabase } from '@sleepwell/testing/postgres'
import { Client } from 'pg'
import { openLinks, type Links } from './links.ts'
import type { Resolution } from './resolve-link.ts'
import { inShort } from './test-link.ts'

const log = createLog('test')
log.level = 'silent'

let open: AsyncDisposableStack
let database: TestDatabase
let primary: Client
let replica: Client

beforeAll(async () => {
  open = new AsyncDisposableStack()
  database = open.use(await openTestDatabase('links'))
  primary = open.use(await connect(database.url('postgres')))
  replica = open.use(await connect(await database.replicaUrl('postgres')))
})
afterAll(async () => await open.disposeAsync())

async function connect(url: string) {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() })
}

/** A redirect's view of the links; without a primary if told so. */
async function openReader(primaryUrl = database.url('redirect')): Promise<Links> {
  const links = openLinks(
    {
      LINKS_URL: primaryUrl,
      LINKS_REPLICA_URLS: [await database.replicaUrl('redirect')],
      LINKS_TIMEOUT_MS: 2000,
      REPLICA_TIMEOUT_MS: 2000,
      REDIS_URL: undefined,
      REDIS_PREFIX: '',
      REDIS_TIMEOUT_MS: 1000,
      CACHE_MAX_MB: 1,
      STALE_LIMIT_HOURS: 1,
    },
    log,
  )
  await until(() => links.feedAgeMs() < 1000)
  return links
}

/** @param destination `deleted` deletes the link */
async function write(slug: string, destination: string) {
  const deleted = destination === 'deleted'
  await primary.query(
    deleted
      ? `update links set deleted_at = now() where slug = $1 and deleted_at is null`
      : `insert into links (id, owner_id, domain, slug, destination)
         values (gen_random_uuid(), 'acme', '@', $1, '${destination}')
         on conflict (domain, slug) where deleted_at is null do update set destination = excluded.destination`,
    [slug],
  )
  await primary.query(
    `with change as (
       insert into link_changes (position, domain, slug, deleted)
       values (next_link_position(), '@', $1, $2) returning position
     )
     update links set position = change.position from change where slug = $1`,
    [slug, deleted],
  )
}

async function resolve(links: Links, slug: string): Promise<string> {
  const { resolveLink } = links
  const found: Resolution = resolveLink.known('@', slug) ?? (await resolveLink.find('@', slug))
  return inShort(found)
}

async function until(condition: () => boolean | Promise<boolean>) {
  while (!(await condition())) await sleep(10)
}

/** Runs `work` while the replica receives and does not replay. */
async function whileLagging(work: () => Promise<void>) {
  await database.replicaUrl('postgres')
  await replica.query('select pg_wal_replay_pause()')
  try {
    await until(async () => {
      const { rows } = await replica.query<{ state: string }>(
        'select pg_get_wal_replay_pause_state() as state',
      )
      return rows[0]?.state === 'paused'
    })
    await work()
  } finally {
    await replica.query('select pg_wal_replay_resume()')
  }
}

test('links and their changes come from the replica; the primary need not be there', async () => {
  await write('alone', 'https://example.com/1')
  await database.replicaUrl('redirect')
  await using links = await openReader('postgres://redirect:x@127.0.0.1:1/links')
  expect(await resolve(links, 'alone')).toBe('https://example.com/1')
  expect(await resolve(links, 'nobody-knows')).toBe('absent')
  await write('alone', 'https://example.com/2')
  await until(async () => (await resolve(links, 'alone')) === 'https://example.com/2')
  await write('alone', 'deleted')
  await until(async () => (await resolve(links, 'alone')) === 'gone')
})

test('a link that has not reached the replica is found at the primary', async () => {
  await using links = await openReader()
  await whileLagging(async () => {
    await write('too-new', 'https://example.com/new')
    expect(await resolve(links, 'too-new')).toBe('https://example.com/new')
  })
})

test('a replica that lags is left, for links and for changes, and no old state comes back', async () => {
  await write('moving', 'https://example.com/1')
  await using links = await openReader()
  expect(await resolve(links, 'moving')).toBe('https://example.com/1')
  await whileLagging(async () => {
    await write('moving', 'https://example.com/2')
    // What the replica repeats is now more than 30 s older than what the primary says.
    await primary.query(`update replication_heartbeat set at = at + interval '31 seconds'`)
    await until(() => (links.databases.lagSeconds()[0] ?? 0) > 30)
    await until(async () => (await resolve(links, 'moving')) === 'https://example.com/2')
    await write('moving', 'deleted')
    await until(async () => (await resolve(links, 'moving')) === 'gone')
  })
  await until(() => links.databases.lagSeconds()[0] === 0)
  for (let i = 0; i < 100; i++) {
    expect(await resolve(links, 'moving')).toBe('gone')
    await sleep(10)
  }
})

test('a change is seen at the replica even when its transaction committed late', async () => {
  await using links = await openReader()
  await write('late', 'https://example.com/1')
  await until(async () => (await resolve(links, 'late')) === 'https://example.com/1')
  await using slow = await connect(database.url('postgres'))
  await slow.query('begin')
  await slow.query(`update links set destination = 'https://example.com/2' where slug = 'late'`)
  await slow.query(
    `with change as (
       insert into link_changes (position, domain, slug, deleted)
       values (next_link_position(), '@', 'late', false) returning position
     )
     update links set position = change.position from change where slug = 'late'`,
  )
  await write('early', 'https://example.com/early')
  await until(async () => (await resolve(links, 'early')) === 'https://example.com/early')
  expect(await resolve(links, 'late')).toBe('https://example.com/1')
  await slow.query('commit')
  await until(async () => (await resolve(links, 'late')) === 'https://example.com/2')
})
