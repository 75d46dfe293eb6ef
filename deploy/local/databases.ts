// What no migration can make: the roles and the two databases. Each service connects as its own role.
import { Client, escapeIdentifier, escapeLiteral } from 'pg'
import { runJob } from './job.ts'

export const roles = [
  'links_owner',
  'analytics_owner',
  'redirect',
  'link_write',
  'analytics',
] as const
export type Role = (typeof roles)[number]

const owners = { links: 'links_owner', analytics: 'analytics_owner' } as const
export type Database = keyof typeof owners

/** How a role reaches a database. */
export type DatabaseUrl = (database: Database, role: Role) => string

/** @param server URL of a server, without a database: a replica has the roles of its primary */
export function databaseUrls(server: string, passwordOf: (role: Role) => string): DatabaseUrl {
  return (database, role) => {
    const url = new URL(`${server}/${database}`)
    url.username = role
    url.password = passwordOf(role)
    return url.href
  }
}

/**
 * Makes whatever is missing and migrates the databases; running it again is harmless.
 *
 * @param adminUrl of the superuser, without a database
 */
export async function prepareDatabases(
  adminUrl: string,
  passwordOf: (role: Role) => string,
  databases: readonly Database[] = ['links', 'analytics'],
): Promise<DatabaseUrl> {
  const urlOf = databaseUrls(adminUrl, passwordOf)
  const admin = new Client({ connectionString: `${adminUrl}/postgres` })
  await admin.connect()
  try {
    for (const role of roles) await ensureRole(admin, role, passwordOf(role))
    for (const name of databases) await ensureDatabase(admin, name, owners[name])
    // A frozen consumer must not hold locks for long.
    await admin.query(`alter role analytics set idle_in_transaction_session_timeout = '5s'`)
  } finally {
    await admin.end()
  }
  const migrations = {
    links: () => runMigrations('link-write', { LINKS_OWNER_URL: urlOf('links', 'links_owner') }),
    analytics: () =>
      runMigrations('analytics', { ANALYTICS_OWNER_URL: urlOf('analytics', 'analytics_owner') }),
  }
  await Promise.all(databases.map((name) => migrations[name]()))
  return urlOf
}

async function ensureRole(admin: Client, role: Role, password: string): Promise<void> {
  const { rowCount } = await admin.query('select from pg_roles where rolname = $1', [role])
  const verb = rowCount === 0 ? 'create' : 'alter'
  await admin.query(
    `${verb} role ${escapeIdentifier(role)} login password ${escapeLiteral(password)}`,
  )
}

async function ensureDatabase(admin: Client, name: string, owner: string): Promise<void> {
  const { rowCount } = await admin.query('select from pg_database where datname = $1', [name])
  if (rowCount !== 0) return
  await admin.query(`create database ${escapeIdentifier(name)} owner ${escapeIdentifier(owner)}`)
}

/** Each service owns its tables, and so brings its own migrations. */
async function runMigrations(service: string, env: Record<string, string>): Promise<void> {
  await runJob(`The migrations of ${service}`, `services/${service}`, ['src/migrate.ts'], env)
}
