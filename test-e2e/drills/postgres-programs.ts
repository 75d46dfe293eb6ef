import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** As Patroni needs them, side by side. */
const needed = [
  'initdb',
  'pg_basebackup',
  'pg_controldata',
  'pg_ctl',
  'pg_isready',
  'pg_rewind',
  'postgres',
]

/** Where this machine has the programs of Postgres, on the PATH that `ensureInstalled` has made. */
export function findPostgresPrograms(): string {
  const directories = (process.env.PATH ?? '').split(delimiter)
  const found = directories.find((directory) =>
    needed.every((program) => existsSync(join(directory, program))),
  )
  if (found === undefined) throw new Error(`${needed.join(', ')} are not installed`)
  return found
}
