// Before the newest migration and right after it, on the same connections: a release reaches its processes in any order.
import { randomUUID } from 'node:crypto'
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { migrate } from '@sleepwell/runtime/migrations'
import { inTransaction, openPool } from '@sleepwell/runtime/postgres'
import { openTestDatabase } from '@sleepwell/testing/postgres'
import { Client, type Pool } from 'pg'
import { recordChange } from './change-table.ts'
import { readAllLinks } from './export-table.ts'
import { deleteLink, findLink, insertLink, lockLink, updateLink } from './link-table.ts'
import { listLinks } from './list-table.ts'
import { silentLog } from './test-postgres.ts'
import { plain } from './test-rules.ts'

const directory = fileURLToPath(new URL('../migrations', import.meta.url))

/** A links database without the newest migration. */
async function openEarlierSchema() {
  await using opening = new AsyncDisposableStack()
  const database = opening.use(await openTestDatabase('links', 'empty'))
  const earlier = mkdtempSync(join(tmpdir(), 'sleepwell-migrations-'))
  opening.defer(() => rmSync(earlier, { recursive: true }))
  const names = readdirSync(directory).toSorted()
  for (const name of names.slice(0, -1)) copyFileSync(join(directory, name), join(earlier, name))
  const url = database.url('links_owner')
  await migrate({ url, directory: earlier })
  const open = opening.move()
  return {
    url: database.url,
    migrate: () => migrate({ url, directory }),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

/** All that is done to a link that asks for nothing new. */
async function liveALife(postgres: Pool, slug: string) {
  const id = randomUUID()
  const destination = 'https://example.com/'
  const link = { id, ownerId: 'acme', domain: '@', slug, destination, title: null, tags: [] }
  const make = (one: typeof link) =>
    inTransaction(postgres, async (client) => {
      const made = await insertLink(client, { ...one, ...plain })
      if (made !== 'taken') await recordChange(client, one, 'lives')
      return made
    })
  const made = await make(link)
  expect(made).toMatchObject({ slug, ...plain, aliases: [] })
  expect(await make({ ...link, id: randomUUID() })).toBe('taken')
  const changed = await inTransaction(postgres, async (client) => {
    expect(await lockLink(client, 'acme', id)).toEqual(made)
    const stored = await updateLink(client, id, { title: 'new' })
    await recordChange(client, link, 'lives')
    return stored
  })
  expect(changed).toMatchObject({ title: 'new', version: 2 })
  expect(await findLink(postgres, 'acme', id)).toEqual(changed)
  const all = { archived: false, deleted: false }
  const newest = { sort: 'createdAt', order: 'desc' } as const
  expect(await listLinks(postgres, 'acme', all, newest, 10, 'start')).toMatchObject([changed])
  await inTransaction(postgres, async (client) => {
    expect(await deleteLink(client, 'acme', id, [2])).toMatchObject({ id })
    await recordChange(client, link, 'deleted')
  })
  expect(await findLink(postgres, 'acme', id)).toBe('absent')
}

async function exported(url: string): Promise<string[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const slugs: string[] = []
  for await (const links of readAllLinks(client)) slugs.push(...links.map(({ slug }) => slug))
  await client.end()
  return slugs
}

test('links live on the schema of the release before, and go on living when it is migrated', async () => {
  await using database = await openEarlierSchema()
  const url = database.url('link_write')
  await using postgres = openPool({ url, name: 'test', max: 1, timeoutMs: 5000, log: silentLog })
  // Postgres plans a statement anew the sixth time.
  for (let n = 0; n < 7; n++) await liveALife(postgres, `before-${n}`)
  expect(await exported(url)).toEqual(['sleepwell-probe'])
  expect(await database.migrate()).toHaveLength(1)
  for (let n = 0; n < 7; n++) await liveALife(postgres, `after-${n}`)
  expect(await exported(url)).toEqual(['sleepwell-probe'])
})
