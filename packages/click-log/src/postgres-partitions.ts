// Who reads which partition: a session advisory lock each, so that the server itself lets go of what a dead
// consumer held. A second, shared lock shows how many consumers there are.
import type { PoolClient } from 'pg'

/** First keys of our advisory locks; any two numbers that nobody else uses in this database. */
const partitionLocks = 1_668_049_779
const memberLocks = 1_668_049_780

/** A consumer that hangs asks nothing any more, and after `silenceMs` the server ends its session. */
export async function joinConsumers(client: PoolClient, silenceMs: number): Promise<void> {
  await client.query(`select set_config('idle_session_timeout', $1, false)`, [String(silenceMs)])
  await client.query('select pg_advisory_lock_shared($1, 0)', [memberLocks])
}

export interface Share {
  readonly partitions: readonly number[]
  /** How many of them this consumer should have. */
  readonly share: number
}

/** Everyone computes the same division: consumers in the order of their process ids, the first ones take the rest. */
export async function findShare(client: PoolClient): Promise<Share> {
  const { rows } = await client.query<{ partitions: number[]; members: number; rank: number }>({
    name: 'find_share',
    text: `
      select
        array(select partition from click_log_partitions order by partition) as partitions,
        count(*) as members,
        count(*) filter (where pid < pg_backend_pid()) as rank
      from pg_locks
      where locktype = 'advisory' and granted and classid = $1 and objid = 0 and objsubid = 2
        and database = (select oid from pg_database where datname = current_database())`,
    values: [memberLocks],
  })
  const { partitions = [], members = 1, rank = 0 } = rows[0] ?? {}
  const each = Math.floor(partitions.length / members)
  return { partitions, share: each + (rank < partitions.length % members ? 1 : 0) }
}

export async function tryTakePartition(client: PoolClient, partition: number): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>({
    name: 'take_partition',
    text: 'select pg_try_advisory_lock($1, $2) as taken',
    values: [partitionLocks, partition],
  })
  return rows[0]?.taken === true
}

export async function givePartition(client: PoolClient, partition: number): Promise<void> {
  await client.query({
    name: 'give_partition',
    text: 'select pg_advisory_unlock($1, $2)',
    values: [partitionLocks, partition],
  })
}
