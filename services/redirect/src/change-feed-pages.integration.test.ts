// How the change feed reads much, and what is held back for long.
import { expect, test } from '@jest/globals'
import { openTestDatabase } from '@sleepwell/testing/postgres'
import { change, connect, following, many, polls, until } from './test-follower.ts'

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

/** One of each second of so many minutes. */
const eachSecond = (minutes: number) => `
  insert into link_changes (position, changed_at, domain, slug, deleted)
  select next_link_position(), clock_timestamp() - n * interval '1 second', '@', 'second-' || n, false
  from generate_series(1, ${minutes * 60}) n`
const minutesAgo = (minutes: number) => Date.now() - minutes * 60_000

test('a feed that nobody listened to for long reads, in pages and none twice, all that came since', async () => {
  await using database = await openTestDatabase('links')
  await using writer = await connect(database.url('link_write'))
  await writer.query(eachSecond(60))
  await using follower = await following(database, 10, 100, minutesAgo(30))
  await follower.feed.begun
  const { older, recent } = follower.heardOf
  const all = new Set([...older, ...recent])
  for (let n = 1; n <= 30 * 60; n++) expect(all).toContain(`second-${n}`)
  expect(older.length + recent.length).toBe(all.size)
  // From ten minutes before: what was committed late, or came late to a replica.
  expect(all).toContain('second-2380')
  expect(all).not.toContain('second-2430')
  expect(recent).toContain('second-580')
  expect(older).toContain('second-630')
  expect(Math.max(...follower.pages)).toBe(100)
  expect(follower.lost()).toBe(0)
})

test('what is open when a feed ends, and committed before another begins, is heard of by that', async () => {
  await using database = await openTestDatabase('links')
  await using writer = await connect(database.url('link_write'))
  await change(writer, 'late', "clock_timestamp() - interval '129 minutes'")
  await using follower = await following(database, 10, 100, minutesAgo(120))
  await follower.feed.begun
  expect(follower.heardOf.older).toEqual(['late'])
})

test('a feed says up to when it has read, and never more than that', async () => {
  await using database = await openTestDatabase('links')
  await using writer = await connect(database.url('link_write'))
  await using follower = await following(database, 500, 10)
  await follower.feed.begun
  const through = () => follower.feed.throughMs() ?? Infinity
  const saidWhenHeard = new Map<string, number>()
  follower.onPage((changes) => {
    for (const { slug } of changes) if (!saidWhenHeard.has(slug)) saidWhenHeard.set(slug, through())
  })
  // Between two polls: what is committed after one may well have been made before it.
  let before: number
  let batch = 0
  do {
    batch += 1
    await polls(follower.feed, 1)
    before = through()
    await writer.query(many(500, `batch-${batch}`))
  } while (through() !== before)
  const said = () =>
    [...saidWhenHeard].filter(([slug]) => slug.startsWith(`batch-${batch}-`)).map(([, at]) => at)
  await until(() => said().length === 500)
  expect(new Set(said())).toEqual(new Set([before]))
  await until(() => through() > before)
})

test('after longer than changes are kept, all is told to be lost, before anything is vouched for', async () => {
  await using database = await openTestDatabase('links')
  await using follower = await following(database, 10, 100, minutesAgo(24 * 60))
  expect(follower.lost()).toBe(1)
  await follower.feed.begun
  expect(follower.heardOf.older).toEqual([])
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
