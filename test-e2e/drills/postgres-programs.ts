import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { postgresPrograms } from '@sleepwell/deploy-local/install-packages'

/** Side by side, as Patroni needs them: where this machine has the programs of Postgres, on the PATH that `ensureInstalled` has made. */
export function findPostgresPrograms(): string {
  const directories = (process.env.PATH ?? '').split(delimiter)
  const found = directories.find((directory) =>
    postgresPrograms.every((program) => existsSync(join(directory, program))),
  )
  if (found === undefined) throw new Error(`${postgresPrograms.join(', ')} are not installed`)
  return found
}
