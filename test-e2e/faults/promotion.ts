// One server takes over from another one; and what may go wrong with that.
import { full } from '@sleepwell/testing/fault-run'
import { until } from '../api.ts'
import type { Ground } from './ground.ts'
import { openOwnPostgres, type OwnServer } from './own-postgres.ts'

export interface Pair extends AsyncDisposable {
  readonly primary: OwnServer
  readonly replica: OwnServer
}

export async function openPair(): Promise<Pair> {
  const { primary, replica, ...rest } = await openOwnPostgres({ replica: true })
  if (replica === undefined) throw new Error('there is no replica')
  return { primary, replica, ...rest }
}

/** From now on nothing is acknowledged that the replica does not have. */
export async function synchronise({ primary }: Pair): Promise<void> {
  await primary.query(`alter system set synchronous_standby_names = '*'`)
  await primary.query('select pg_reload_conf()')
  await until(
    () => primary.query('select from pg_stat_replication where sync_state = $1', ['sync']),
    ({ length }) => length > 0,
  )
}

/** From now on the replica learns of nothing. */
export async function holdBack({ primary, replica }: Pair): Promise<void> {
  await replica.query(`alter system set primary_conninfo = ''`)
  await replica.query('select pg_reload_conf()')
  await until(
    () => primary.query('select from pg_stat_replication'),
    ({ length }) => length === 0,
  )
}

/** The primary takes no more writes, and goes on with everything else. */
export async function fence({ primary }: Pair): Promise<void> {
  await primary.query('alter system set default_transaction_read_only = on')
  await primary.query('select pg_reload_conf()')
  await until(
    () =>
      primary.query<{ fenced: boolean }>(
        `select current_setting('transaction_read_only') = 'on' as fenced`,
      ),
    ([row]) => row?.fenced === true,
  )
}

/** The replica is promoted and the name of the primary moves to it; open connections stay where they are. */
export async function moveName(
  { replica }: Pair,
  { toPrimary }: Pick<Ground, 'toPrimary'>,
): Promise<void> {
  await replica.query('select pg_promote()')
  toPrimary.lead(portOf(replica), 'stay')
}

/** The primary dies, the replica is promoted, and the address of the primary moves to it. */
export async function failOver(
  { primary, replica }: Pair,
  { toPrimary }: Pick<Ground, 'toPrimary'>,
): Promise<void> {
  await primary.kill()
  await replica.query('select pg_promote()')
  toPrimary.lead(portOf(replica))
}

/** As it was: of what happened since it knows nothing. It is found where the replica was. */
export async function oldPrimaryReturns(
  { primary }: Pair,
  { toReplica }: Pick<Ground, 'toReplica'>,
): Promise<void> {
  await primary.start()
  // A short run does not wait until its last sign of life is half a minute old. Nobody is there to confirm a commit.
  if (!full)
    await primary.query(
      `set synchronous_commit = off;
       update replication_heartbeat set at = at - interval '31 seconds'`,
    )
  toReplica.lead(portOf(primary))
}

export function portOf(server: OwnServer): number {
  return Number(new URL(server.url('postgres')).port)
}
