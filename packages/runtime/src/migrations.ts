import { runner } from 'node-pg-migrate'

export interface MigrationOptions {
  /** Of the role that owns the tables. */
  readonly url: string
  /** Holds `NNNN_name.sql`. */
  readonly directory: string
}

/** Brings a database to the newest schema, forward only; a lock lets several starters run it at once. Returns what it ran. */
export async function migrate(options: MigrationOptions): Promise<string[]> {
  const done = await runner({
    databaseUrl: options.url,
    dir: options.directory,
    direction: 'up',
    migrationsTable: 'migrations',
    log: () => {},
  })
  return done.map((migration) => migration.name)
}
