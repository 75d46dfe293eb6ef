// What a process does with what an earlier life of it knew, against a real database that comes and goes.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CachedLink } from '@sleepwell/contracts/cached-link'
import { createLog } from '@sleepwell/runtime/log'
import { openGate, type Gate } from '@sleepwell/testing/gate'
import { openTestDatabase, type TestDatabase } from '@sleepwell/testing/postgres'
import { Client } from 'pg'
import { openLinks, type Links } from './links.ts'
import type { Resolution } from './resolve-link.ts'
import { journalPath, snapshotPath } from './snapshot-directory.ts'
import { encodeHeader } from './snapshot-format.ts'
import { journalOf, link, snapshotOf } from './test-snapshot.ts'
import { openWarmStart } from './warm-start.ts'
import { inShort } from './test-link.ts'

const log = createLog('test')
log.level = 'silent'
const hour = 3_600_000

let open: AsyncDisposableStack
let database: TestDatabase
let gate: Gate
let owner: Client

beforeAll(async () => {
  open = new AsyncDisposableStack()
  database = open.use(await openTestDatabase('links'))
  gate = open.use(await openGate(Number(new URL(database.url('redirect')).port)))
  owner = new Client({ connectionString: database.url('links_owner') })
  await owner.connect()
  open.defer(() => owner.end())
})
afterAll(async () => await open.disposeAsync())

/** Where an earlier life has left this snapshot, made so long ago by every clock. */
function left(links: Record<string, CachedLink>, agoMs: number): string {
  const directory = mkdtempSync(join(tmpdir(), 'sleepwell-warm-'))
  open.defer(() => rmSync(directory, { recursive: true }))
  const then = Date.now() - agoMs
  const header = encodeHeader({ throughMs: then, ageMs: 0, at: then })
  writeFileSync(snapshotPath(directory), snapshotOf(3, links, header))
  writeFileSync(journalPath(directory, 3), journalOf(3, []))
  return directory
}

async function restarted(
  links: Record<string, CachedLink>,
  agoMs: number,
  engines: 'gone' | 'silent' | 'there',
): Promise<Process> {
  return await restartedIn(left(links, agoMs), engines)
}

interface Process extends Links {
  readonly patience: () => Promise<void>
}

async function restartedIn(
  directory: string,
  engines: 'gone' | 'silent' | 'there',
): Promise<Process> {
  if (engines === 'gone') gate.shut()
  if (engines === 'silent') gate.silence()
  if (engines === 'there') gate.open()
  const url = Object.assign(new URL(database.url('redirect')), { host: `127.0.0.1:${gate.port}` })
  const config = {
    LINKS_URL: url.href,
    LINKS_REPLICA_URLS: [],
    LINKS_TIMEOUT_MS: 5000,
    REPLICA_TIMEOUT_MS: 5000,
    REDIS_URL: undefined,
    REDIS_PREFIX: '',
    REDIS_TIMEOUT_MS: 1000,
    CACHE_MAX_MB: 1,
    STALE_LIMIT_HOURS: 48,
  }
  const earlier = await openWarmStart(
    { SPOOL_DIR: directory, SNAPSHOT_LINKS: 100, SNAPSHOT_SECONDS: 60 },
    log,
  )
  const opened = openLinks(config, log, { earlier })
  const keeper = earlier.keep(opened.source, {
    held: Promise.resolve(),
    inTurn: (call) => call(),
  })
  return {
    ...opened,
    patience: () => opened.caughtUp(60_000),
    [Symbol.asyncDispose]: async () => {
      await keeper[Symbol.asyncDispose]()
      await opened[Symbol.asyncDispose]()
    },
  }
}

async function resolve({ resolveLink }: Links, slug: string): Promise<string> {
  const found: Resolution = resolveLink.known('@', slug) ?? (await resolveLink.find('@', slug))
  return inShort(found)
}

async function change(slug: string, agoMs: number, deleted: boolean) {
  await owner.query(
    `insert into link_changes (position, changed_at, domain, slug, deleted)
     values (next_link_position(), clock_timestamp() - make_interval(secs => $2), '@', $1, $3)`,
    [slug, agoMs / 1000, deleted],
  )
}

test('while no database answers, what was known is served, and what was not is unavailable', async () => {
  const links = { '@/home': link(1), '@/over': link(1, { expiresAt: Date.now() - 1000 }) }
  await using process = await restarted(links, hour, 'gone')
  expect(await resolve(process, 'home')).toBe('https://example.com/1')
  expect(await resolve(process, 'over')).toBe('gone')
  expect(await resolve(process, 'unheard-of')).toBe('unavailable')
})

test('what was known is served to the stale limit and no longer, however often the process restarts', async () => {
  const links = { '@/home': link(1) }
  await using late = await restarted(links, 49 * hour, 'gone')
  expect(await resolve(late, 'home')).toBe('unavailable')
  await using early = await restarted(links, 47 * hour, 'gone')
  expect(await resolve(early, 'home')).toBe('https://example.com/1')
})

test('after a clock was put back nobody knows how old it is, and it is not served', async () => {
  await using process = await restarted({ '@/home': link(1) }, -hour, 'gone')
  expect(await resolve(process, 'home')).toBe('unavailable')
})

test('with a database there, a link is what the database says', async () => {
  await using process = await restarted({ '@/sleepwell-probe': link(1) }, hour, 'there')
  await process.patience()
  expect(await resolve(process, 'sleepwell-probe')).toBe('https://example.com/')
  expect(await resolve(process, 'never-there')).toBe('absent')
})

test('what changed while the process was away is known before it serves, even if databases then fall silent', async () => {
  await change('hours-ago', 3 * hour, true)
  await change('edited', 3 * hour, false)
  await change('just-now', 1000, true)
  await change('before-it', 8 * hour, true)
  const links = {
    '@/hours-ago': link(1),
    '@/edited': link(1),
    '@/just-now': link(1),
    '@/before-it': link(2 ** 52), // it was made again since
    '@/home': link(1),
  }
  await using process = await restarted(links, 5 * hour, 'there')
  await process.patience()
  gate.silence()
  const found: Record<string, string> = {}
  for (const key of Object.keys(links)) found[key.slice(2)] = await resolve(process, key.slice(2))
  expect(found).toEqual({
    'hours-ago': 'gone',
    edited: 'unavailable',
    'just-now': 'gone',
    'before-it': 'https://example.com/4503599627370496',
    home: 'https://example.com/1',
  })
})

test('what a restart heard of, the next one knows too, though no snapshot was written between them', async () => {
  await change('heard-once', 3 * hour, true)
  await change('edited-once', 3 * hour, false)
  const directory = left(
    { '@/heard-once': link(1), '@/edited-once': link(1), '@/home': link(1) },
    5 * hour,
  )
  {
    await using first = await restartedIn(directory, 'there')
    await first.patience()
  }
  await using second = await restartedIn(directory, 'gone')
  expect(await resolve(second, 'heard-once')).toBe('gone')
  expect(await resolve(second, 'edited-once')).toBe('unavailable')
  expect(await resolve(second, 'home')).toBe('https://example.com/1')
})

test('what one restart had to forget, the next one does not serve', async () => {
  const directory = left({ '@/home': link(1) }, 30 * hour)
  {
    await using first = await restartedIn(directory, 'there')
    await first.patience()
  }
  await using second = await restartedIn(directory, 'there')
  await second.patience()
  gate.silence()
  expect(await resolve(second, 'home')).toBe('unavailable')
})

test('what is older than the changes that are kept is forgotten once a database answers', async () => {
  await using process = await restarted({ '@/home': link(1) }, 30 * hour, 'there')
  await process.patience()
  gate.silence()
  expect(await resolve(process, 'home')).toBe('unavailable')
})

test('a process that started without a database catches up when one comes', async () => {
  await change('meanwhile', 2 * hour, true)
  await using process = await restarted({ '@/meanwhile': link(1) }, 5 * hour, 'silent')
  expect(await resolve(process, 'meanwhile')).toBe('https://example.com/1')
  gate.open()
  await process.patience()
  gate.silence()
  expect(await resolve(process, 'meanwhile')).toBe('gone')
})

test('more changes than one question carries are all heard of', async () => {
  await owner.query(
    `insert into link_changes (position, changed_at, domain, slug, deleted)
     select next_link_position(), clock_timestamp() - interval '4 hours' + n * interval '100 microseconds',
       '@', 'many' || n, true
     from generate_series(1, 25000) n`,
  )
  const links = Object.fromEntries(
    [1, 9_999, 10_000, 10_001, 20_000, 25_000].map((n) => [`@/many${n}`, link(1)]),
  )
  await using process = await restarted(links, 6 * hour, 'there')
  await process.patience()
  gate.silence()
  const found = new Set<string>()
  for (const key of Object.keys(links)) found.add(await resolve(process, key.slice(2)))
  expect([...found]).toEqual(['gone'])
})
