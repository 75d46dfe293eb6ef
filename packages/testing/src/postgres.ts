import { randomUUID } from 'node:crypto'
import { Client, escapeIdentifier } from 'pg'

export type TestRole =
  | 'links_owner'
  | 'analytics_owner'
  | 'redirect'
  | 'link_write'
  | 'analytics'
  | 'postgres'

export interface TestDatabase extends AsyncDisposable {
  /** `postgres` is the superuser, for looking behind the scenes. */
  readonly url: (role: TestRole) => string
}

/** A private copy of the migrated `links` or `analytics` database, dropped when disposed. */
export async function openTestDatabase(template: 'links' | 'analytics'): Promise<TestDatabase> {
  const server = process.env.TEST_POSTGRES_URL
  if (server === undefined)
    throw new Error('TEST_POSTGRES_URL is not set: run the tests with npm test')
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await asAdmin(
    server,
    `create database ${name} template ${escapeIdentifier(template)} owner ${template}_owner`,
  )
  return {
    url: (role) => {
      const url = new URL(`${server}/${name}`)
      url.username = role
      return url.href
    },
    [Symbol.asyncDispose]: () => asAdmin(server, `drop database ${name} with (force)`),
  }
}

async function asAdmin(server: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: `${server}/postgres` })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
