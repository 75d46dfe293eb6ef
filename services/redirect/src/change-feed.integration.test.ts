import { expect, test } from '@jest/globals'
import { openTestDatabase } from '@sleepwell/testing/postgres'
import { change, connect, following, polls, until } from './test-follower.ts'

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
