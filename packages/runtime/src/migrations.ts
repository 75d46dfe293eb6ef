import { runner } from 'node-pg-migrate'
import { Client } from 'pg'

export interface MigrationOptions {
  /** Of the role that owns the tables. */
  readonly url: string
  /** Holds `NNNN_name.sql`. */
  readonly directory: string
}

/** Brings a database to the newest schema, forward only; several starters take turns. Returns what this one ran. */
export async function migrate(options: MigrationOptions): Promise<string[]> {
  const client = new Client({ connectionString: options.url })
  // A lost connection rejects the statement under way; without a listener it would end the process besides.
  client.on('error', () => {})
  await client.connect()
  try {
    const done = await runner({
      dbClient: client,
      dir: options.directory,
      direction: 'up',
      migrationsTable: 'migrations',
      advisoryLockMode: 'wait',
      log: () => {},
    })
    return done.map((migration) => migration.name)
  } finally {
    await client.end()
  }
}
