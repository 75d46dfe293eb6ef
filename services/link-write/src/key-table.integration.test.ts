import { expect, test } from '@jest/globals'
import { Client } from 'pg'
import { hashOfKey } from './authenticate.ts'
import { issueKey } from './issue-key.ts'
import { findPresentedKey, insertKey, touchKey } from './key-table.ts'
import { openTestPostgres } from './test-postgres.ts'

async function openKeys() {
  const open = new AsyncDisposableStack()
  const database = open.use(await openTestPostgres())
  const pool = database.postgres
  const issue = (expiresAt: Date | null = null) =>
    issueKey({ ownerId: 'acme', scopes: ['links:read', 'links:create'], expiresAt }, (key) =>
      insertKey(pool, key),
    )
  return { database, pool, issue, [Symbol.asyncDispose]: () => open.disposeAsync() }
}

test('a key is found by its hash, with owner and scopes, and its text is nowhere', async () => {
  await using keys = await openKeys()
  const key = await keys.issue()
  expect(await findPresentedKey(keys.pool, hashOfKey(key))).toMatchObject({
    ownerId: 'acme',
    scopes: ['links:read', 'links:create'],
    expired: false,
    justUsed: false,
  })
  expect(await findPresentedKey(keys.pool, hashOfKey(`${key}x`))).toBe('absent')
  const { rows } = await keys.pool.query<{ row: string }>('select keys::text as row from keys')
  expect(rows[0]?.row).not.toContain(key.slice(3, 35))
})

test('a key is expired from its expiry on', async () => {
  await using keys = await openKeys()
  const past = await keys.issue(new Date(Date.now() - 1000))
  const future = await keys.issue(new Date(Date.now() + 3_600_000))
  expect(await findPresentedKey(keys.pool, hashOfKey(past))).toMatchObject({ expired: true })
  expect(await findPresentedKey(keys.pool, hashOfKey(future))).toMatchObject({ expired: false })
})

test('the use of a key is noted at most once a minute', async () => {
  await using keys = await openKeys()
  const hash = hashOfKey(await keys.issue())
  const found = await findPresentedKey(keys.pool, hash)
  const keyId = typeof found === 'object' ? found.keyId : ''
  const xmin = async () => (await keys.pool.query('select xmin, last_used_at from keys')).rows
  await touchKey(keys.pool, keyId)
  const once = await xmin()
  expect(await findPresentedKey(keys.pool, hash)).toMatchObject({ justUsed: true })
  await Promise.all(Array.from({ length: 5 }, () => touchKey(keys.pool, keyId)))
  expect(await xmin()).toEqual(once)
  await keys.pool.query(`update keys set last_used_at = now() - interval '2 minutes'`)
  expect(await findPresentedKey(keys.pool, hash)).toMatchObject({ justUsed: false })
  await touchKey(keys.pool, keyId)
  expect(await findPresentedKey(keys.pool, hash)).toMatchObject({ justUsed: true })
})

test('analytics may read who a key is, and change nothing', async () => {
  await using keys = await openKeys()
  const analytics = new Client({ connectionString: keys.database.url('analytics') })
  await analytics.connect()
  await analytics.query('select id, owner_id, hash, scopes, expires_at from keys')
  await analytics.query('select id, owner_id from links')
  const denied = { code: '42501' }
  await expect(analytics.query('select last_used_at from keys')).rejects.toMatchObject(denied)
  await expect(analytics.query('select destination from links')).rejects.toMatchObject(denied)
  await expect(analytics.query('delete from keys')).rejects.toMatchObject(denied)
  await analytics.end()
})
