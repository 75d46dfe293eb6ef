// The database function by which redirect asks for a click of a limited link, as redirect's role.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openPool } from '@sleepwell/runtime/postgres'
import type { Pool } from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { recordChange } from './change-table.ts'
import { insertLink, type LinkChanges, lockLink, updateLink } from './link-table.ts'
import type { LinkRules } from './link-rules.ts'
import { openTestPostgres, silentLog } from './test-postgres.ts'
import { plain } from './test-rules.ts'

let open: AsyncDisposableStack
let database: Awaited<ReturnType<typeof openTestPostgres>>
let redirect: Pool

beforeAll(async () => {
  open = new AsyncDisposableStack()
  database = open.use(await openTestPostgres())
  const url = database.url('redirect')
  redirect = open.use(openPool({ url, name: 'test', max: 20, timeoutMs: 30_000, log: silentLog }))
})
afterAll(() => open.disposeAsync())

async function createLink(rules: Partial<LinkRules>): Promise<string> {
  const id = uuidv7()
  const client = await database.postgres.connect()
  const link = { id, ownerId: 'acme', domain: '@', slug: id, title: null, tags: [] }
  await insertLink(client, { ...link, destination: 'https://a/', ...plain, ...rules })
  client.release()
  return id
}

async function change(id: string, changes: LinkChanges): Promise<void> {
  const client = await database.postgres.connect()
  await updateLink(client, id, changes)
  client.release()
}

async function claim(id: string, wanted = 1): Promise<number> {
  const { rows } = await redirect.query<{ granted: number }>(
    'select claim_click($1, $2) as granted',
    [id, wanted],
  )
  return rows[0]?.granted ?? NaN
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)

test('of 500 claims at once on a limit of 100, exactly 100 are granted', async () => {
  const id = await createLink({ maxClicks: 100 })
  const granted = await Promise.all(Array.from({ length: 500 }, () => claim(id)))
  expect(sum(granted)).toBe(100)
  expect(await claim(id)).toBe(0)
})

test('a group of claims is granted as far as the limit goes', async () => {
  const id = await createLink({ maxClicks: 100 })
  expect(await claim(id, 30)).toBe(30)
  expect(await claim(id, 90)).toBe(70)
  expect(await claim(id, 5)).toBe(0)
  const groups = await createLink({ maxClicks: 100 })
  expect(sum(await Promise.all(Array.from({ length: 50 }, () => claim(groups, 7))))).toBe(100)
})

test('a raised limit grants more; one lowered below what is spent grants none', async () => {
  const id = await createLink({ maxClicks: 5 })
  expect(await claim(id, 9)).toBe(5)
  await change(id, { maxClicks: 7 })
  expect(await claim(id, 9)).toBe(2)
  await change(id, { maxClicks: 3 })
  expect(await claim(id)).toBe(0)
  await change(id, { maxClicks: 8 })
  expect(await claim(id, 9)).toBe(1)
})

test('what was spent stays spent while a link has no limit', async () => {
  const id = await createLink({ maxClicks: 5 })
  expect(await claim(id, 4)).toBe(4)
  await change(id, { maxClicks: null })
  expect(await claim(id)).toBe(0)
  await change(id, { maxClicks: 5 })
  expect(await claim(id, 4)).toBe(1)
})

test('a limit that is lowered while a claim waits holds for it', async () => {
  const id = await createLink({ maxClicks: 100 })
  expect(await claim(id)).toBe(1)
  const owner = await ownerClient()
  await owner.query('begin')
  await owner.query('select from link_claims where link_id = $1 for update', [id])
  const waiting = claim(id, 50)
  await untilWaiting()
  await change(id, { maxClicks: 10 })
  await owner.query('commit')
  expect(await waiting).toBe(9)
})

async function ownerClient() {
  const url = database.url('links_owner')
  const pool = open.use(openPool({ url, name: 'test', max: 1, timeoutMs: 30_000, log: silentLog }))
  const client = await pool.connect()
  open.defer(() => client.release())
  return client
}

async function untilWaiting() {
  const url = database.url('postgres')
  await using pool = openPool({ url, name: 'test', max: 1, timeoutMs: 30_000, log: silentLog })
  const blocked = () =>
    pool.query(
      `select from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    )
  while ((await blocked()).rowCount === 0);
}

const hour = 3_600_000
const from = (ms: number) => new Date(Date.now() + ms)

test.each([
  ['unlimited', {}],
  ['not started', { maxClicks: 5, startsAt: from(hour) }],
  ['expired', { maxClicks: 5, expiresAt: from(-hour) }],
])('nothing is granted on a link that is %s', async (_what, rules) => {
  const id = await createLink(rules)
  expect(await claim(id)).toBe(0)
})

test('a link that has started and not expired grants', async () => {
  const id = await createLink({ maxClicks: 5, startsAt: from(-hour), expiresAt: from(hour) })
  expect(await claim(id)).toBe(1)
})

test('nothing is granted on a link that is blocked, until it no longer is', async () => {
  const id = await createLink({ maxClicks: 5 })
  await change(id, { blocked: true })
  expect(await claim(id)).toBe(0)
  await change(id, { blocked: false })
  expect(await claim(id)).toBe(1)
})

test('nothing is granted on a link that is deleted or was never there', async () => {
  const id = await createLink({ maxClicks: 5 })
  await database.asOwner(`update links set deleted_at = now() where id = '${id}'`)
  expect(await claim(id)).toBe(0)
  expect(await claim(uuidv7())).toBe(0)
})

test('who wants nothing, or less, gets nothing and gives nothing back', async () => {
  const id = await createLink({ maxClicks: 5 })
  expect(await claim(id, 0)).toBe(0)
  expect(await claim(id, -3)).toBe(0)
  expect(await claim(id, 2_147_483_647)).toBe(5)
})

test('claims do not wait for an edit of their link', async () => {
  const id = await createLink({ maxClicks: 5 })
  const editor = await database.postgres.connect()
  await editor.query('begin')
  const link = await lockLink(editor, 'acme', id)
  await updateLink(editor, id, { title: 'new' })
  if (link !== 'absent') await recordChange(editor, link, 'lives')
  expect(await claim(id)).toBe(1)
  await editor.query('rollback')
  editor.release()
})

test('only redirect may claim, and it may do nothing else with claims', async () => {
  const id = await createLink({ maxClicks: 5 })
  const denied = { code: '42501' }
  await expect(redirect.query('select from link_claims')).rejects.toMatchObject(denied)
  await expect(redirect.query('update link_claims set claimed = 0')).rejects.toMatchObject(denied)
  await expect(database.postgres.query('select claim_click($1, 1)', [id])).rejects.toMatchObject(
    denied,
  )
})

test('a table of its own name in front of the search path does not mislead it', async () => {
  const id = await createLink({ maxClicks: 5 })
  const client = await redirect.connect()
  await client.query(
    `create temporary table links as
     select id, 1000000000 as max_clicks, null::timestamptz as deleted_at, blocked_at, starts_at, expires_at
     from links`,
  )
  const { rows } = await client.query('select claim_click($1, 10) as granted', [id])
  client.release(true)
  expect(rows).toEqual([{ granted: 5 }])
})
