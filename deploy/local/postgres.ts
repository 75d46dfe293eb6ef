// The primary: the Postgres that everything is written to.
import { chownSync, copyFileSync, rmSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { CannotStart } from './cannot-start.ts'
import { freePort } from './ports.ts'
import { dataVersion, initialise, programVersion } from './postgres-data.ts'
import { stopOrphan } from './postgres-orphan.ts'
import { findPrograms, postgresProgram, type Postgres } from './postgres-program.ts'
import { postgresUser, type PostgresUser } from './postgres-user.ts'

export interface PostgresOptions {
  /** Its data directory; made, and initialised, if absent. The caller sees to it that nobody else uses it. */
  readonly directory: string
  /** Of the superuser `postgres`. */
  readonly password: string
  readonly settings?: Readonly<Record<string, string>>
  /** Set: who wants to may speak TLS. */
  readonly certificate?: { readonly certificateFile: string; readonly keyFile: string }
}

/** For clicks by the million: the server's own defaults write each page of an index out again and again. */
const room = { shared_buffers: '256MB', max_wal_size: '2GB' }

/** For a replica that may be away for a while, or for ever: it must not fill the disk. */
const replication = {
  max_slot_wal_keep_size: '512MB',
  // A replica that is frozen is let go of, and comes back by itself.
  wal_sender_timeout: '5s',
}

/** Makes everything ready for Postgres to be started, again and again. */
export async function preparePostgres(options: PostgresOptions): Promise<Postgres> {
  const { password, certificate } = options
  const directory = resolve(options.directory)
  const { initdb, postgres } = await findPrograms()
  const data = dataVersion(directory)
  const version = programVersion(postgres)
  if (data !== 'absent' && data !== version)
    throw new CannotStart(
      `${directory} is of Postgres ${data}, and this Sleepwell brings Postgres ${version}; it was left as it is.`,
    )
  const user = postgresUser([dirname(directory)], postgres)
  if (data === 'absent') initialise(initdb, directory, password, user)
  else await stopOrphan(directory)
  const tls = certificate && {
    ssl: 'on',
    ssl_cert_file: copyFor(user, certificate.certificateFile, `${directory}.pem`),
    ssl_key_file: copyFor(user, certificate.keyFile, `${directory}.key`),
  }
  const settings = { ...room, ...replication, ...options.settings, ...tls }
  const port = await freePort()
  return postgresProgram({ name: 'Postgres', postgres, user, directory, port, password, settings })
}

/** Postgres takes a key only from a file of its own user. */
function copyFor(user: PostgresUser, file: string, copy: string): string {
  rmSync(copy, { force: true })
  copyFileSync(file, copy)
  if (user.owner !== undefined) chownSync(copy, user.owner.uid, user.owner.gid)
  return copy
}
