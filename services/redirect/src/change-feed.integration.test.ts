import { expect, test } from '@jest/globals'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLog } from '@sleepwell/runtime/log'
import { openTestDatabase, type TestDatabase } from '@sleepwell/testing/postgres'
import { Client } from 'pg'
import { openChangeFeed } from './change-feed.ts'
import type { LinkChange } from './recent-changes.ts'

const log = createLog('test')
log.level = 'silent'

/** A feed on its own database, and everything it said. */
async function following(database: TestDatabase, pollMs = 10, pageRows = 1000) {
  const heard: LinkChange[] = []
  const pages: number[] = []
  let onPage = (_changes: readonly LinkChange[]) => {}
  let restarts = 0
  const feed = openChangeFeed({
    urls: () => [database.url('redirect')],
    log,
    restarted: () => {
      restarts += 1
    },
    changed: (changes) => {
      heard.push(...changes)
      pages.push(changes.length)
      onPage(changes)
    },
    pollMs,
    pageRows,
    timeoutMs: 300,
  })
  await until(() => restarts === 1)
  return {
    feed,
    slugs: () => heard.map((change) => change.slug),
    /** How many of {@link many} it has heard of. */
    many: () =>
      new Set(heard.filter(({ slug }) => slug.startsWith('many')).map((c) => c.slug)).size,
    restarts: () => restarts,
    heard,
    pages,
    onPage: (listener: typeof onPage) => {
      onPage = listener
    },
    [Symbol.asyncDispose]: () => feed[Symbol.asyncDispose](),
  }
}

async function connect(url: string) {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() })
}

async function change(client: Client, slug: string, changedAt = 'clock_timestamp()') {
  await client.query(
    `insert into link_changes (position, changed_at, domain, slug, deleted)
     values (next_link_position(), ${changedAt}, '@', $1, false)`,
    [slug],
  )
}

/** A statement that makes so many changes in one transaction. */
const many = (changes: number, slug = 'many') => `
  insert into link_changes (position, domain, slug, deleted)
  select next_link_position(), '@', '${slug}-' || i, false from generate_series(1, ${changes}) i`

/** Waits for what must happen; the test runner's own limit ends a wait in vain. */
async function until(condition: () => boolean | Promise<boolean>) {
  while (!(await condition())) await sleep(5)
}

/** So many polls have been made since: what they did not bring they will not bring. */
async function polls(feed: { ageMs: () => number }, count = 5) {
  for (let i = 0; i < count; i++) {
    const age = feed.ageMs()
    await until(() => feed.ageMs() < age)
    await sleep(1)
  }
}

test('a committed change is heard of', async () => {
  await using database = await openTestDatabase('links')
  await using writer = await connect(database.url('link_write'))
  await using follower = await following(database)
  await change(writer, 'edited')
  await until(() => follower.slugs().includes('edited'))
  const edited = follower.heard.find(({ slug }) => slug === 'edited')
  expect(edited).toMatchObject({ domain: '@', slug: 'edited', deleted: false })
})

test('a change that took its position early and committed late is not missed', async () => {
  await using database = await openTestDatabase('links')
  await using slow = await connect(database.url('link_write'))
  await using quick = await connect(database.url('link_write'))
  await using follower = await following(database)
  await slow.query('begin')
  await change(slow, 'late')
  await change(quick, 'early')
  await until(() => follower.slugs().includes('early'))
  await polls(follower.feed)
  expect(follower.slugs()).not.toContain('late')
  await slow.query('commit')
  await until(() => follower.slugs().includes('late'))
  const [late, early] = ['late', 'early'].map((slug) => follower.heard.find((c) => c.slug === slug))
  expect(late?.position).toBeLessThan(early?.position ?? 0)
})

test('a change that was rolled back is never heard of', async () => {
  await using database = await openTestDatabase('links')
  await using writer = await connect(database.url('link_write'))
  await using follower = await following(database)
  await writer.query('begin')
  await change(writer, 'undone')
  await writer.query('rollback')
  await change(writer, 'done')
  await until(() => follower.slugs().includes('done'))
  expect(follower.slugs()).not.toContain('undone')
})

test('while a transaction stays open changes are heard of at once, and not again and again', async () => {
  await using database = await openTestDatabase('links')
  await using holder = await connect(database.url('link_write'))
  await using writer = await connect(database.url('link_write'))
  await using follower = await following(database)
  await holder.query('begin')
  await change(holder, 'held')
  for (let i = 0; i < 20; i++) {
    await change(writer, `once-${i}`)
    await until(() => follower.slugs().includes(`once-${i}`))
  }
  await polls(follower.feed)
  // One that committed while a poll was under way may be in the next one too.
  expect(follower.slugs().filter((slug) => slug.startsWith('once')).length).toBeLessThanOrEqual(40)
  expect(follower.slugs()).not.toContain('held')
  await holder.query('commit')
  await until(() => follower.slugs().includes('held'))
})

test('a feed that an open transaction holds back is fresh', async () => {
  await using database = await openTestDatabase('links')
  await using holder = await connect(database.url('link_write'))
  await using follower = await following(database)
  await holder.query('begin')
  await change(holder, 'held')
  // Each poll reads to the end what there is to read, so each makes it young again.
  await polls(follower.feed, 10)
  expect(follower.slugs()).not.toContain('held')
})

test('a huge commit is read in pages, and all of it', async () => {
  await using database = await openTestDatabase('links')
  await using writer = await connect(database.url('link_write'))
  await using follower = await following(database)
  await writer.query(many(5000))
  await until(() => follower.many() === 5000)
  expect(Math.max(...follower.pages)).toBe(1000)
})

test('a process begins with pages too, and is told once that it begins', async () => {
  await using database = await openTestDatabase('links')
  await using writer = await connect(database.url('link_write'))
  await writer.query(many(5000))
  await using follower = await following(database)
  await until(() => follower.many() === 5000)
  expect(Math.max(...follower.pages)).toBe(1000)
  expect(follower.restarts()).toBe(1)
})

test('what commits between two pages is not missed', async () => {
  await using database = await openTestDatabase('links')
  await using slow = await connect(database.url('link_write'))
  await using writer = await connect(database.url('link_write'))
  await using follower = await following(database, 10, 100)
  await slow.query('begin')
  await change(slow, 'behind the reader')
  let committed: Promise<unknown> | undefined
  follower.onPage((changes) => {
    if (changes.length === 100) committed ??= slow.query('commit')
  })
  await writer.query(many(5000))
  await until(() => follower.many() === 5000)
  await until(() => follower.slugs().includes('behind the reader'))
  await committed
  expect(follower.restarts()).toBe(1)
})

test('huge transactions that were open together for long are read whole, in pages', async () => {
  await using database = await openTestDatabase('links')
  await using first = await connect(database.url('link_write'))
  await using second = await connect(database.url('link_write'))
  await using third = await connect(database.url('link_write'))
  await using follower = await following(database, 10, 100)
  const writers = [first, second, third]
  for (const [i, writer] of writers.entries()) {
    await writer.query('begin')
    await writer.query(many(i === 2 ? 50 : 1000, `many-${i}`))
  }
  await polls(follower.feed)
  await Promise.all(writers.map((writer) => writer.query('commit')))
  await until(() => follower.many() === 2050)
  expect(Math.max(...follower.pages)).toBe(100)
})

test('a transaction with more savepoints than a feed keeps account of hides no change', async () => {
  await using database = await openTestDatabase('links')
  await using holder = await connect(database.url('links_owner'))
  await using writer = await connect(database.url('link_write'))
  await using follower = await following(database)
  await polls(follower.feed, 1)
  await change(writer, 'before')
  await until(() => follower.slugs().includes('before'))
  await holder.query(`create table numbers (number integer); begin`)
  await holder.query(
    `do $$ begin
       for i in 1..6000 loop
         begin insert into numbers values (i); exception when others then null; end;
       end loop;
     end $$`,
  )
  await change(holder, 'held')
  await change(writer, 'meanwhile')
  await until(() => follower.slugs().includes('meanwhile'))
  await polls(follower.feed)
  expect(follower.slugs()).not.toContain('held')
  await holder.query('commit')
  await until(() => follower.slugs().includes('held'))
  expect(follower.slugs().filter((slug) => slug === 'before')).toHaveLength(1)
  expect(follower.restarts()).toBe(1)
})

test('the feed grows older until all pages are read', async () => {
  await using database = await openTestDatabase('links')
  await using writer = await connect(database.url('link_write'))
  await using follower = await following(database, 10, 100)
  const ages: number[] = []
  follower.onPage(([first]) => {
    if (first?.slug.startsWith('many') === true) ages.push(follower.feed.ageMs())
  })
  await writer.query(many(5000))
  await until(() => follower.many() === 5000)
  expect(ages.length).toBeGreaterThanOrEqual(50)
  expect(ages).toEqual(ages.toSorted((a, b) => a - b))
})

test('a process begins with the last ten minutes', async () => {
  await using database = await openTestDatabase('links')
  await using owner = await connect(database.url('links_owner'))
  await change(owner, 'old', `clock_timestamp() - interval '11 minutes'`)
  await change(owner, 'recent', `clock_timestamp() - interval '9 minutes'`)
  await using follower = await following(database)
  await until(() => follower.slugs().includes('recent'))
  expect(follower.slugs()).not.toContain('old')
})

test('a new connection begins anew by time, and nothing committed meanwhile is missed', async () => {
  await using database = await openTestDatabase('links')
  await using admin = await connect(database.url('postgres'))
  await using writer = await connect(database.url('link_write'))
  await using follower = await following(database)
  await admin.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'redirect change feed' and datname = current_database()`,
  )
  await change(writer, 'meanwhile')
  await until(() => follower.slugs().includes('meanwhile'))
  await until(() => follower.restarts() === 2)
})

test('a server that froze is left for a new connection', async () => {
  await using database = await openTestDatabase('links')
  await using admin = await connect(database.url('postgres'))
  await using writer = await connect(database.url('link_write'))
  await using follower = await following(database)
  const { rows } = await admin.query<{ pid: number }>(
    `select pid from pg_stat_activity
     where application_name = 'redirect change feed' and datname = current_database()`,
  )
  const frozen = rows[0]?.pid ?? 0
  process.kill(frozen, 'SIGSTOP')
  try {
    await change(writer, 'unfrozen')
    await until(() => follower.slugs().includes('unfrozen'))
    expect(follower.restarts()).toBe(2)
  } finally {
    process.kill(frozen, 'SIGCONT')
  }
})

test('the age of the feed grows while no server answers', async () => {
  await using database = await openTestDatabase('links')
  const follower = await following(database)
  await using _ = follower
  await using admin = await connect(database.url('postgres'))
  const allow = async (allowed: boolean) => {
    const { rows } = await admin.query<{ name: string }>('select current_database() as name')
    const change = allowed
      ? 'grant connect on database $1 to'
      : 'revoke connect on database $1 from'
    await admin.query(`${change.replace('$1', rows[0]?.name ?? '')} public`)
  }
  await allow(false)
  try {
    await admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'redirect change feed' and datname = current_database()`,
    )
    await until(() => follower.feed.ageMs() > 300)
  } finally {
    await allow(true)
  }
  await until(() => follower.feed.ageMs() < 300)
})
