import { randomUUID } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { Client, type ClientBase } from 'pg'
import { recordChange } from './change-table.ts'
import { deleteLink, findLink, insertLink, lockLink, updateLink } from './link-table.ts'
import { openTestPostgres } from './test-postgres.ts'
import { plain } from './test-rules.ts'

function newLink(slug: string) {
  return {
    id: randomUUID(),
    ownerId: 'acme',
    domain: '@',
    slug,
    destination: 'https://example.com/',
    title: null,
    tags: [],
    ...plain,
  }
}

async function openClients() {
  const open = new AsyncDisposableStack()
  const database = open.use(await openTestPostgres())
  const client = async () => {
    const lent = await database.postgres.connect()
    open.defer(() => lent.release())
    return lent
  }
  return {
    first: await client(),
    second: await client(),
    url: database.url,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

async function positionOf(client: ClientBase, id: string): Promise<bigint> {
  const { rows } = await client.query<{ position: string }>(
    'select position::text from links where id = $1',
    [id],
  )
  return BigInt(rows[0]?.position ?? -1)
}

interface Change {
  readonly position: string
  readonly slug: string
  readonly deleted: boolean
}

async function changes(client: ClientBase): Promise<Change[]> {
  const { rows } = await client.query<Change>(
    'select position::text, slug, deleted from link_changes order by position',
  )
  return rows
}

test('the feed says whether a link was blocked by then', async () => {
  await using db = await openClients()
  const { first } = db
  const link = newLink('s')
  await insertLink(first, link)
  for (const blocked of [true, false]) {
    await updateLink(first, link.id, { blocked })
    await recordChange(first, link, 'lives')
  }
  const { rows } = await first.query('select blocked from link_changes order by position')
  expect(rows).toEqual([{ blocked: true }, { blocked: false }])
})

test('each change of a link is in the feed, and its link carries the position of the latest', async () => {
  await using db = await openClients()
  const { first } = db
  const link = newLink('s')
  await insertLink(first, link)
  await recordChange(first, link, 'lives')
  await updateLink(first, link.id, { title: 'new' })
  await recordChange(first, link, 'lives')
  await deleteLink(first, 'acme', link.id, [2])
  await recordChange(first, link, 'deleted')
  const feed = await changes(first)
  expect(feed.map(({ slug, deleted }) => [slug, deleted])).toEqual([
    ['s', false],
    ['s', false],
    ['s', true],
  ])
  expect(await positionOf(first, link.id)).toBe(BigInt(feed[2]?.position ?? 0))
})

test('a position is the timeline times 2^40 and a number that grows', async () => {
  await using db = await openClients()
  const link = newLink('s')
  await insertLink(db.first, link)
  await recordChange(db.first, link, 'lives')
  const one = await positionOf(db.first, link.id)
  await recordChange(db.first, link, 'lives')
  const two = await positionOf(db.first, link.id)
  expect(one >> 40n).toBe(1n)
  expect(two).toBe(one + 1n)
})

test('a slug taken again while its deletion commits stands above its own tombstone', async () => {
  await using db = await openClients()
  const { first, second } = db
  const old = newLink('again')
  await insertLink(first, old)
  await recordChange(first, old, 'lives')

  await first.query('begin')
  await deleteLink(first, 'acme', old.id, 'any')
  const created = newLink('again')
  const inserted = insertLink(second, created)
  await untilBlocked(db.url('postgres'))
  await recordChange(first, old, 'deleted')
  await first.query('commit')
  expect(await inserted).toMatchObject({ id: created.id })
  await recordChange(second, created, 'lives')

  expect(await positionOf(second, created.id)).toBeGreaterThan(await positionOf(second, old.id))
  expect((await changes(second)).map(({ deleted }) => deleted)).toEqual([false, true, false])
})

test('who waits for a slug that another transaction gives back gets it', async () => {
  await using db = await openClients()
  const { first, second } = db
  await first.query('begin')
  await insertLink(first, newLink('wanted'))
  const later = newLink('wanted')
  const inserted = insertLink(second, later)
  await untilBlocked(db.url('postgres'))
  await first.query('rollback')
  expect(await inserted).toMatchObject({ id: later.id })
})

test('a link of another owner, of other versions or deleted is absent', async () => {
  await using db = await openClients()
  const { first } = db
  const link = newLink('s')
  await insertLink(first, link)
  expect(await lockLink(first, 'rival', link.id)).toBe('absent')
  expect(await lockLink(first, 'acme', link.id)).toMatchObject({ slug: 's' })
  expect(await lockLink(first, null, link.id)).toMatchObject({ slug: 's' })
  expect(await deleteLink(first, 'acme', link.id, [2, 3])).toBe('absent')
  expect(await deleteLink(first, 'acme', link.id, [])).toBe('absent')
  expect(await deleteLink(first, 'rival', link.id, 'any')).toBe('absent')
  expect(await deleteLink(first, 'acme', link.id, [1])).toMatchObject({ slug: 's' })
  expect(await deleteLink(first, 'acme', link.id, 'any')).toBe('absent')
  expect(await lockLink(first, 'acme', link.id)).toBe('absent')
})

test('what a change does not name stays, and null clears', async () => {
  await using db = await openClients()
  const { first } = db
  const expiresAt = new Date('2040-01-01T00:00:00.000Z')
  const rules = {
    startsAt: new Date('2039-01-01T00:00:00.000Z'),
    expiresAt,
    maxClicks: 5,
    forwardQuery: true,
    redirectStatus: 308,
    cacheSeconds: 0,
    expiredDestination: 'https://example.com/over',
    forwardPath: true,
    noindex: true,
    preview: { title: 'Spring', description: null, image: 'https://example.com/spring.png' },
    externalId: 'crm 7',
    notes: 'two\nlines',
    archived: true,
  } as const
  const link = { ...newLink('s'), title: 'old', tags: ['a', 'b'], ...rules }
  expect(await insertLink(first, link)).toMatchObject({ ...rules, aliases: [], version: 1 })
  expect(await findLink(first, 'acme', link.id)).toMatchObject(rules)
  const destination = 'https://example.org/'
  expect(await updateLink(first, link.id, { destination })).toMatchObject({
    destination,
    title: 'old',
    tags: ['a', 'b'],
    ...rules,
    blocked: false,
    version: 2,
  })
  const cleared = { title: null, tags: [], ...plain }
  expect(await updateLink(first, link.id, cleared)).toMatchObject({
    ...cleared,
    destination,
    version: 3,
  })
  expect(await updateLink(first, link.id, { blocked: true })).toMatchObject({ blocked: true })
  expect(await updateLink(first, link.id, { title: 't' })).toMatchObject({ blocked: true })
  expect(await updateLink(first, link.id, { blocked: false })).toMatchObject({ blocked: false })
})

test('redirect may read links and the feed, and write neither', async () => {
  await using db = await openClients()
  const redirect = new Client({ connectionString: db.url('redirect') })
  await redirect.connect()
  await redirect.query('select id, owner_id, destination, position from links')
  await redirect.query('select position, xid, domain, slug, deleted from link_changes')
  const denied = { code: '42501' }
  await expect(redirect.query('select title from links')).rejects.toMatchObject(denied)
  await expect(redirect.query(`update links set slug = 'x'`)).rejects.toMatchObject(denied)
  await expect(redirect.query('delete from link_changes')).rejects.toMatchObject(denied)
  await expect(redirect.query('select hash from keys')).rejects.toMatchObject(denied)
  await redirect.end()
})

/** Until somebody waits for another transaction; nothing on screen says so earlier. */
async function untilBlocked(adminUrl: string): Promise<void> {
  const admin = new Client({ connectionString: adminUrl })
  await admin.connect()
  for (;;) {
    const { rowCount } = await admin.query(
      `select from pg_locks where not granted and pid in
        (select pid from pg_stat_activity where datname = current_database())`,
    )
    if (rowCount !== 0) break
  }
  await admin.end()
}
