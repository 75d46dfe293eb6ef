import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLog } from '@sleepwell/runtime/log'
import { openPool } from '@sleepwell/runtime/postgres'
import { openTestDatabase, type TestDatabase } from '@sleepwell/testing/postgres'
import type { Pool } from 'pg'
import { openLinks, type Links } from './links.ts'
import { inShort } from './test-link.ts'

const log = createLog('test')
log.level = 'silent'

let database: TestDatabase
let open: AsyncDisposableStack
let writer: Pool
let processes: readonly Links[]

beforeAll(async () => {
  database = await openTestDatabase('links')
  open = new AsyncDisposableStack()
  const config = {
    LINKS_URL: database.url('redirect'),
    LINKS_REPLICA_URLS: [],
    LINKS_TIMEOUT_MS: 5000,
    REPLICA_TIMEOUT_MS: 5000,
    REDIS_URL: undefined,
    REDIS_PREFIX: '',
    REDIS_TIMEOUT_MS: 1000,
    CACHE_MAX_MB: 1,
    STALE_LIMIT_HOURS: 1,
  }
  const url = database.url('link_write')
  writer = open.use(openPool({ url, name: 'test', max: 2, timeoutMs: 5000, log }))
  processes = [0, 1, 2].map(() => open.use(openLinks(config, log)))
})

afterAll(async () => {
  await open.disposeAsync()
  await database[Symbol.asyncDispose]()
})

/** As link-write does it: the row, then the change, then the position onto the row. */
async function write(sql: string, slug: string, deleted: boolean) {
  const client = await writer.connect()
  await client.query('begin')
  await client.query(sql)
  const { rows } = await client.query<{ position: number }>(
    `insert into link_changes (position, domain, slug, deleted)
     values (next_link_position(), '@', $1, $2) returning position`,
    [slug, deleted],
  )
  await client.query(`update links set position = $1 where slug = $2 and deleted_at is null`, [
    rows[0]?.position,
    slug,
  ])
  await client.query('commit')
  client.release()
}

const insert = (slug: string, destination: string) =>
  write(
    `insert into links (id, owner_id, domain, slug, destination)
     values (gen_random_uuid(), 'acme', '@', '${slug}', '${destination}')`,
    slug,
    false,
  )

async function resolveAll(slug: string): Promise<string[]> {
  return await Promise.all(
    processes.map(async ({ resolveLink }) =>
      inShort(resolveLink.known('@', slug) ?? (await resolveLink.find('@', slug))),
    ),
  )
}

/** Waits for what must happen; the test runner's own limit ends a wait in vain. */
async function until(slug: string, expected: string) {
  while (!(await resolveAll(slug)).every((found) => found === expected)) await sleep(5)
}

test('an edit is live in every process, although each had the link in memory', async () => {
  await insert('edited', 'https://example.com/1')
  await until('edited', 'https://example.com/1')
  await write(
    `update links set destination = 'https://example.com/2' where slug = 'edited'`,
    'edited',
    false,
  )
  await until('edited', 'https://example.com/2')
})

test('a slug that every process knew to be absent is live once it is created', async () => {
  expect(await resolveAll('created')).toEqual(['absent', 'absent', 'absent'])
  await insert('created', 'https://example.com/1')
  await until('created', 'https://example.com/1')
})

test('a deleted link is gone everywhere, and its slug lives again when it is re-created', async () => {
  await insert('again', 'https://example.com/1')
  await until('again', 'https://example.com/1')
  await write(`update links set deleted_at = now() where slug = 'again'`, 'again', true)
  await until('again', 'gone')
  await insert('again', 'https://example.com/2')
  await until('again', 'https://example.com/2')
})

test('a deleted link that is restored leads again everywhere', async () => {
  await insert('restored', 'https://example.com/1')
  await until('restored', 'https://example.com/1')
  await write(`update links set deleted_at = now() where slug = 'restored'`, 'restored', true)
  await until('restored', 'gone')
  await write(`update links set deleted_at = null where slug = 'restored'`, 'restored', false)
  await until('restored', 'https://example.com/1')
})

test('under a storm of edits and reads no process ends with anything but the last edit', async () => {
  await insert('storm', 'https://example.com/0')
  let reading = true
  const readers = (async () => {
    while (reading) {
      await resolveAll('storm')
      await sleep(0)
    }
  })()
  for (let i = 1; i <= 100; i++) {
    await write(
      `update links set destination = 'https://example.com/${i}' where slug = 'storm'`,
      'storm',
      false,
    )
  }
  await until('storm', 'https://example.com/100')
  reading = false
  await readers
  for (let i = 0; i < 50; i++) {
    expect(new Set(await resolveAll('storm'))).toEqual(new Set(['https://example.com/100']))
    await sleep(5)
  }
})
