// What is known of a standby and of the primary that it followed, and how the one becomes the other.
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'

export interface Standing {
  readonly inRecovery: boolean
  readonly timeline: number
  /** Bytes of the log that are received and not yet replayed; a promotion waits for them. */
  readonly toReplay: number
  /** Position in the log up to which it has everything. */
  readonly received: string
  /** When its primary last told that it lives; undefined if it never did. */
  readonly heardAt: Date | undefined
  /** Bytes that its primary last said to have beyond that; undefined once the connection is gone. */
  readonly announced: number | undefined
}

export type OldPrimary =
  | { readonly place: string; readonly state: 'silent'; readonly reason: string }
  /** It takes writes. */
  | { readonly place: string; readonly state: 'primary'; readonly end: string }
  /** It answers, and takes none. */
  | { readonly place: string; readonly state: 'fenced'; readonly end: string }

const patienceMs = 3_000
/** Of a server that writes: the one that its positions in the change feed carry. */
const ownTimeline = `('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int`

/** @param client of a superuser, or of a member of pg_monitor */
export async function lookAtServer(client: Client): Promise<Standing> {
  const { rows } = await client.query<{
    inRecovery: boolean
    timeline: number
    received: string | null
    toReplay: number | null
    announced: number | null
  }>(
    `select pg_is_in_recovery() as "inRecovery",
       case when pg_is_in_recovery() then (select timeline_id from pg_control_checkpoint())
         else ${ownTimeline} end as timeline,
       end_of.received,
       (end_of.received - pg_last_wal_replay_lsn())::float8 as "toReplay",
       (select (latest_end_lsn - end_of.received)::float8 from pg_stat_wal_receiver) as announced
     from (select greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) as received) as end_of`,
  )
  const [row] = rows
  if (row === undefined) throw new Error('the server says nothing of itself')
  const heartbeat = await client.query<{ at: Date }>('select at from replication_heartbeat')
  return {
    inRecovery: row.inRecovery,
    timeline: row.timeline,
    received: row.received ?? '0/0',
    toReplay: row.toReplay ?? 0,
    heardAt: heartbeat.rows[0]?.at,
    announced: row.announced === null ? undefined : Math.max(0, row.announced),
  }
}

/** Never rejects: that it does not answer is what is to be expected of it. */
export async function lookAtPrimary(url: string): Promise<OldPrimary> {
  const place = new URL(url).host
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: patienceMs,
    query_timeout: patienceMs,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ writes: boolean; end: string }>(
      `select current_setting('transaction_read_only') = 'off' as writes,
         case when pg_is_in_recovery()
           then greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
           else pg_current_wal_lsn() end as "end"`,
    )
    const { writes = false, end = '0/0' } = rows[0] ?? {}
    return { place, state: writes ? 'primary' : 'fenced', end }
  } catch (error) {
    return {
      place,
      state: 'silent',
      reason: error instanceof Error ? error.message : String(error),
    }
  } finally {
    void client.end().catch(() => {})
  }
}

/** What a promotion now would leave out, in sentences. */
export function describeLoss(
  { toReplay, received, heardAt, announced }: Standing,
  old: OldPrimary | undefined,
  now: Date,
): string[] {
  return [
    `  It has received the log up to ${received}${toReplay === 0 ? ', and replayed all of it.' : `; ${toReplay} bytes of it are replayed first.`}`,
    old === undefined ? '  The old primary was not named, and not asked.' : `  ${stateOf(old)}`,
    heardAt === undefined
      ? '  It never heard of a primary: whose copy it is, nobody knows.'
      : `  It last heard of its primary at ${heardAt.toISOString()}, ${secondsBetween(heardAt, now)} s ago. What was acknowledged since then may be missing.`,
    `  In bytes: ${missingBytes(received, old, announced)}`,
  ]
}

function stateOf(old: OldPrimary): string {
  const { place } = old
  if (old.state === 'silent') return `The old primary, ${place}, does not answer (${old.reason}).`
  return `The old primary, ${place}, answers, and ${old.state === 'primary' ? 'takes writes.' : 'takes no writes.'}`
}

function missingBytes(
  received: string,
  old: OldPrimary | undefined,
  announced: number | undefined,
): string {
  if (old !== undefined && old.state !== 'silent')
    return `the old primary has ${Math.max(0, bytesOf(old.end) - bytesOf(received))} more.`
  if (announced !== undefined) return `the old primary last told of ${announced} more.`
  return 'only the old primary could say. Once it is back its links are compared one by one.'
}

function secondsBetween(from: Date, to: Date): number {
  return Math.round((to.getTime() - from.getTime()) / 100) / 10
}

/** Of a position such as 1/5A000028. Exact below 2^53. */
function bytesOf(position: string): number {
  const [high = '0', low = '0'] = position.split('/')
  return Number.parseInt(high, 16) * 2 ** 32 + Number.parseInt(low, 16)
}

/** Resolves to the new timeline once a write has been taken. */
export async function promote(client: Client, withinMs: number): Promise<number> {
  const { rows } = await client.query<{ done: boolean }>('select pg_promote(true, $1) as done', [
    Math.ceil(withinMs / 1000),
  ])
  if (rows[0]?.done !== true)
    throw new Error('It was told to become the primary, and is not yet. Run this again.')
  for (;;) {
    const { rows } = await client.query<{ writes: boolean }>(
      `select current_setting('transaction_read_only') = 'off' as writes`,
    )
    if (rows[0]?.writes === true) break
    await sleep(50)
  }
  await proveThatItWrites(client)
  const timeline = await client.query<{ timeline: number }>(`select ${ownTimeline} as timeline`)
  return timeline.rows[0]?.timeline ?? 0
}

/** A commit that waits for a standby which stayed in the lost region would wait for ever. */
async function proveThatItWrites(client: Client): Promise<void> {
  const names = await client.query<{ names: string }>(
    `select current_setting('synchronous_standby_names') as names`,
  )
  const waitsFor = names.rows[0]?.names ?? ''
  const followers = await client.query('select from pg_stat_replication')
  if (waitsFor !== '' && followers.rowCount === 0)
    throw new Error(
      `It is the primary, but commits wait for a standby (synchronous_standby_names = ${waitsFor}), and it has none: bring one up, or run "alter system reset synchronous_standby_names; select pg_reload_conf()".`,
    )
  await client.query('update replication_heartbeat set at = clock_timestamp()')
}
