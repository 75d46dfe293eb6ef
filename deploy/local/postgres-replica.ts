// A streaming replica of a running Postgres, made with nothing but `postgres`: there is no pg_basebackup.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Client, escapeLiteral } from 'pg'
import { copyPrimary } from './postgres-copy.ts'
import { freePort, host } from './ports.ts'
import { stopOrphan } from './postgres-orphan.ts'
import { findPrograms, postgresProgram, type Postgres } from './postgres-program.ts'
import { postgresUser } from './postgres-user.ts'
import { writePrivateFile } from './private-file.ts'

export interface ReplicaOptions {
  /** Its data directory; the caller sees to it that nobody else uses it. */
  readonly directory: string
  /** Whom it follows: running, and on the same port however often it is started again. */
  readonly primary: Postgres
  /** Data directory of the primary. */
  readonly primaryDirectory: string
  /** Of the role that reads the primary's changes; made if absent. */
  readonly password: string
  readonly settings?: Readonly<Record<string, string>>
  readonly say: (line: string) => void
}

/** Name of the role, and of the slot by which the primary keeps what the replica has not read yet. */
const name = 'replica'

const following = {
  hot_standby_feedback: 'on',
  wal_receiver_status_interval: '1s',
  // A primary that was frozen or killed is followed again at once.
  wal_receiver_timeout: '5s',
  wal_retrieve_retry_interval: '500ms',
}

/** Makes everything ready for the replica to be started, again and again. */
export async function prepareReplica(options: ReplicaOptions): Promise<Postgres> {
  const { primary, password, say } = options
  const directory = resolve(options.directory)
  const { postgres } = await findPrograms()
  const user = postgresUser([dirname(directory)], postgres)
  await stopOrphan(directory)

  const client = new Client({ connectionString: `${primary.url}/postgres` })
  await client.connect()
  try {
    await ensureRole(client, password)
    const reason = await whyAnew(client, directory)
    if (reason !== undefined) {
      if (existsSync(directory)) say(`The replica is made anew: ${reason}`)
      rmSync(directory, { recursive: true, force: true })
      await makeSlot(client)
      await copyPrimary(client, options.primaryDirectory, directory, user)
    }
  } finally {
    await client.end()
  }
  const conninfo = `host=${host} port=${new URL(primary.url).port} user=${name} password=${password}`
  writePrivateFile(
    join(directory, 'postgresql.auto.conf'),
    `primary_conninfo = '${conninfo}'\nprimary_slot_name = '${name}'\n`,
    user.owner,
  )
  writePrivateFile(join(directory, 'standby.signal'), '', user.owner)
  const superuser = new URL(primary.url).password
  const program = postgresProgram({
    name: 'Postgres replica',
    postgres,
    user,
    directory,
    port: await freePort(),
    password: superuser,
    settings: { ...following, ...options.settings },
  })
  return {
    ...program,
    isReady: async () => (await program.isReady()) && (await streams(program.url)),
  }
}

async function ensureRole(primary: Client, password: string): Promise<void> {
  const { rowCount } = await primary.query('select from pg_roles where rolname = $1', [name])
  const verb = rowCount === 0 ? 'create' : 'alter'
  await primary.query(`${verb} role ${name} login replication password ${escapeLiteral(password)}`)
}

/** Why what lies in `directory` can follow this primary no more; undefined if it can. */
async function whyAnew(primary: Client, directory: string): Promise<string | undefined> {
  const control = join(directory, 'global/pg_control')
  if (!existsSync(control)) return 'there is none'
  const { rows } = await primary.query<{ system: string; wal: string | null }>(
    `select system_identifier::text as system,
            (select wal_status from pg_replication_slots where slot_name = $1) as wal
       from pg_control_system()`,
    [name],
  )
  const system = readFileSync(control).readBigUInt64LE(0).toString()
  if (rows[0]?.system !== system) return 'it belongs to another primary'
  if (rows[0].wal === null || rows[0].wal === 'lost')
    return 'the primary no longer has the changes that it is missing'
  return undefined
}

async function makeSlot(primary: Client): Promise<void> {
  await primary.query(
    `select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = $1`,
    [name],
  )
  await primary.query('select pg_create_physical_replication_slot($1, true)', [name])
}

async function streams(url: string): Promise<boolean> {
  const client = new Client({ connectionString: `${url}/postgres`, connectionTimeoutMillis: 1000 })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ status: string }>(
      'select status from pg_stat_wal_receiver',
    )
    return rows[0]?.status === 'streaming'
  } catch {
    return false
  } finally {
    void client.end().catch(() => {})
  }
}
