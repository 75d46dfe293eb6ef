import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, escapeIdentifier } from 'pg'
import { engineUrl } from './engine.ts'

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
  /** With TLS, whose certificate is checked; CA_FILE is `TEST_CA_FILE`. */
  readonly tlsUrl: (role: TestRole) => string
  /** On the streaming replica, once everything that was written until now can be read there. */
  readonly replicaUrl: (role: TestRole) => Promise<string>
}

/**
 * A private copy of the migrated `links` or `analytics` database, dropped when disposed.
 *
 * @param content `'empty'`: nothing is migrated, it only has the owner
 */
export async function openTestDatabase(
  template: 'links' | 'analytics',
  content: 'migrated' | 'empty' = 'migrated',
): Promise<TestDatabase> {
  const server = engineUrl('TEST_POSTGRES_URL')
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const copied = content === 'empty' ? 'template0' : escapeIdentifier(template)
  await asAdmin(server, `create database ${name} template ${copied} owner ${template}_owner`)
  const urlAt = (text: string, role: TestRole) => {
    const url = new URL(text)
    url.username = role
    url.pathname = `/${name}`
    return url.href
  }
  return {
    url: (role) => urlAt(server, role),
    tlsUrl: (role) => urlAt(engineUrl('TEST_POSTGRES_TLS_URL'), role),
    replicaUrl: async (role) => {
      const replica = engineUrl('TEST_POSTGRES_REPLICA_URL')
      await untilReplayed(server, replica)
      return urlAt(replica, role)
    },
    [Symbol.asyncDispose]: async () => {
      await asAdmin(server, `drop database ${name} with (force)`)
    },
  }
}

async function untilReplayed(server: string, replica: string): Promise<void> {
  const [written] = await asAdmin(server, 'select pg_current_wal_lsn() as position')
  for (;;) {
    const replayed = `select pg_last_wal_replay_lsn() >= $1::pg_lsn as done`
    const [answer] = await asAdmin(replica, replayed, [written?.position])
    if (answer?.done === true) return
    await sleep(10)
  }
}

async function asAdmin(
  server: string,
  sql: string,
  values: readonly unknown[] = [],
): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: `${server}/postgres` })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql, [...values])).rows
  } finally {
    await client.end()
  }
}
