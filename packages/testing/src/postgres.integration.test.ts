import { expect, test } from '@jest/globals'
import { Client } from 'pg'
import { openTestDatabase } from './postgres.ts'

test('each test file has a database of its own', async () => {
  await using first = await openTestDatabase('links')
  await using second = await openTestDatabase('links')
  const before = await countLinks(first.url('link_write'))
  const client = new Client({ connectionString: first.url('link_write') })
  await client.connect()
  await client.query(
    `insert into links (id, owner_id, domain, slug, destination) values (gen_random_uuid(), 'o', '@', 's', 'https://example.com/')`,
  )
  await client.end()
  expect(await countLinks(first.url('redirect'))).toBe(before + 1)
  expect(await countLinks(second.url('redirect'))).toBe(before)
})

async function countLinks(url: string): Promise<number> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<{ count: string }>('select count(id) from links')
  await client.end()
  return Number(rows[0]?.count)
}
