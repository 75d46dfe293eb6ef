import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createLog } from '@sleepwell/runtime/log'
import { openPool } from '@sleepwell/runtime/postgres'
import { openTestDatabase, type TestDatabase } from '@sleepwell/testing/postgres'
import type { Pool } from 'pg'
import { findLinks, findVisitorSalts } from './link-table.ts'
import { noRules } from './test-link.ts'

let database: TestDatabase
let redirect: Pool
let owner: Pool

beforeAll(async () => {
  database = await openTestDatabase('links')
  const log = createLog('test')
  const pool = (url: string) => openPool({ url, name: 'test', max: 2, timeoutMs: 5000, log })
  redirect = pool(database.url('redirect'))
  owner = pool(database.url('links_owner'))
})

afterAll(async () => {
  await redirect.end()
  await owner.end()
  await database[Symbol.asyncDispose]()
})

async function insert(slug: string, destination: string, position: number, rest = 'null, null') {
  await owner.query(
    `insert into links (id, owner_id, domain, slug, destination, position, expires_at, deleted_at)
     values (gen_random_uuid(), 'acme', '@', $1, $2, $3, ${rest})`,
    [slug, destination, position],
  )
}

const find = async (domain: string, slug: string) =>
  (await findLinks(redirect, [{ domain, slug }]))[0]

test('a link is found by domain and slug, which are exact', async () => {
  await insert('home', 'https://example.com/', 2 ** 40 + 7, `'2030-01-01T00:00:00Z', null`)
  expect(await find('@', 'home')).toEqual({
    id: expect.any(String),
    ownerId: 'acme',
    destination: 'https://example.com/',
    ...noRules,
    position: 2 ** 40 + 7,
    expiresAt: Date.UTC(2030, 0, 1),
  })
  expect(await find('@', 'Home')).toBe('absent')
  expect(await find('go.example', 'home')).toBe('absent')
})

test('a link is found with its rules', async () => {
  await insert('ruled', 'https://example.com/', 1)
  await owner.query(
    `update links set starts_at = '2029-01-01T00:00:00Z', max_clicks = 5, forward_query = true,
       redirect_status = 308, cache_seconds = 60, blocked_at = now(),
       expired_destination = 'https://example.com/over', forward_path = true, noindex = true,
       preview = '{"title": "Spring", "description": null, "image": null}'
     where slug = 'ruled'`,
  )
  expect(await find('@', 'ruled')).toMatchObject({
    startsAt: Date.UTC(2029, 0, 1),
    limited: true,
    forwardQuery: true,
    status: 308,
    cacheSeconds: 60,
    expiredDestination: 'https://example.com/over',
    forwardPath: true,
    noindex: true,
    preview: { title: 'Spring', description: null, image: null },
    blocked: true,
  })
})

async function insertAlias(slug: string, of: string, position: number, deleted = 'null') {
  await owner.query(
    `insert into links (id, owner_id, domain, slug, destination, starts_at, alias_of, position, deleted_at)
     select gen_random_uuid(), owner_id, domain, $1, 'https://example.com/stale', '9999-12-31', id, $3, ${deleted}
     from links where slug = $2 and deleted_at is null`,
    [slug, of, position],
  )
}

test('a former slug is the link that it stands for, with a position of its own', async () => {
  await insert('moved', 'https://example.com/moved', 7)
  await insertAlias('before', 'moved', 6)
  const link = await find('@', 'moved')
  expect(link).toMatchObject({ destination: 'https://example.com/moved', position: 7 })
  expect(await find('@', 'before')).toEqual({ ...Object(link), position: 6 })
  await owner.query(`update links set blocked_at = now() where slug = 'moved'`)
  expect(await find('@', 'before')).toMatchObject({ blocked: true, startsAt: null })
})

test('former slugs and others are found at once, each in its place', async () => {
  await insert('many', 'https://example.com/many', 7)
  for (const slug of ['many-1', 'many-2']) await insertAlias(slug, 'many', 6)
  await insert('other', 'https://example.com/other', 1)
  const names = ['many-2', 'other', 'nobody', 'many', 'many-1', 'many-2']
  const found = await findLinks(
    redirect,
    names.map((slug) => ({ domain: '@', slug })),
  )
  expect(
    found.map((link) => (link === 'absent' ? link : [link.destination, link.position])),
  ).toEqual([
    ['https://example.com/many', 6],
    ['https://example.com/other', 1],
    'absent',
    ['https://example.com/many', 7],
    ['https://example.com/many', 6],
    ['https://example.com/many', 6],
  ])
  for (const link of found) expect(link).not.toHaveProperty('aliasOf')
})

test('a former slug is gone when it is given up, and when its link is deleted', async () => {
  await insert('kept', 'https://example.com/kept', 7)
  await insertAlias('given-up', 'kept', 8, 'now()')
  await insertAlias('old', 'kept', 6)
  expect(await find('@', 'given-up')).toMatchObject({ deleted: true, position: 8 })
  expect(await find('@', 'old')).toMatchObject({ deleted: false })
  await owner.query(`update links set deleted_at = now() where slug = 'kept'`)
  expect(await find('@', 'old')).toMatchObject({ deleted: true })
  await insert('given-up', 'https://example.com/other', 9)
  expect(await find('@', 'given-up')).toMatchObject({
    deleted: false,
    destination: 'https://example.com/other',
  })
})

test('a link without expiry has none', async () => {
  await insert('forever', 'https://example.com/', 1)
  expect(await find('@', 'forever')).toMatchObject({ expiresAt: null })
})

test('the living link is found before deleted ones, and of those the one deleted last', async () => {
  await insert('again', 'https://example.com/1', 1, 'null, now()')
  await insert('again', 'https://example.com/2', 5, 'null, now()')
  expect(await find('@', 'again')).toMatchObject({ deleted: true, position: 5 })
  await insert('again', 'https://example.com/3', 3)
  expect(await find('@', 'again')).toMatchObject({ deleted: false, position: 3 })
})

test('many are found at once, each in the place where it was asked for', async () => {
  for (const slug of ['one', 'two']) await insert(slug, `https://example.com/${slug}`, 1)
  await insert('two', 'https://example.com/old', 9, 'null, now()')
  const names = [
    ['@', 'two'],
    ['@', 'nobody'],
    ['go.example', 'one'],
    ['@', 'one'],
    ['@', 'two'],
  ].map(([domain = '', slug = '']) => ({ domain, slug }))
  const found = await findLinks(redirect, names)
  expect(found.map((link) => (link === 'absent' ? link : link.destination))).toEqual([
    'https://example.com/two',
    'absent',
    'absent',
    'https://example.com/one',
    'https://example.com/two',
  ])
  // What stands beside it in the row is not kept.
  expect(found[0]).toEqual(await find('@', 'two'))
  expect(found[0]).not.toHaveProperty('n')
})

test('redirect can read what it needs and change nothing', async () => {
  expect(await findVisitorSalts(redirect)).toEqual([])
  await expect(redirect.query(`update links set slug = 'x'`)).rejects.toThrow('permission denied')
  await expect(redirect.query('select title from links')).rejects.toThrow('permission denied')
  await expect(redirect.query('select hash from keys')).rejects.toThrow('permission denied')
})
