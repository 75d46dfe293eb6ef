// What came into the reports since an earlier look. A look is a snapshot, not a time or a number: whatever it did not
// see, because it was not committed or not there, the next one tells, once, in whatever order consumers commit.
import type { LiveGap } from '@sleepwell/contracts/report'
import type { Pool } from 'pg'
import type { LivePosition } from './live-position.ts'
import { dataThrough } from './spool-table.ts'

export interface LiveCount {
  readonly ownerId: string
  readonly linkId: string
  readonly human: number
  readonly bot: number
}

export interface LiveRead {
  readonly position: LivePosition
  readonly at: Date
  readonly dataThrough: Date | null
  readonly counts: readonly LiveCount[]
  /** Set: something may be missing from the counts. */
  readonly gap: LiveGap['reason'] | undefined
}

export interface LiveQuery {
  readonly owners: readonly string[]
  /** Absent: from now on. */
  readonly since: LivePosition | undefined
  /** What this look did not see either is left to the next read. */
  readonly until?: LivePosition
}

const keptSeconds = 300
/** A row is older than its commit. */
const promisedMs = 240_000

type Row = { readonly at: Date; readonly through: Date | null; readonly owner: string | null } & {
  readonly timeline: string
  readonly snapshot: string
} & Omit<LiveCount, 'ownerId'>

export async function readLiveClicks(pool: Pool, query: LiveQuery): Promise<LiveRead> {
  const { owners, since, until } = query
  const { rows } = await pool.query<Row>({
    name: 'read_live_clicks',
    text: `
      with counted as (
        select owner_id, link_id, sum(human) as human, sum(bot) as bot
        from live_clicks
        where xid >= pg_snapshot_xmin($1::pg_snapshot)
          and not pg_visible_in_snapshot(xid, $1::pg_snapshot)
          and ($2::pg_snapshot is null or pg_visible_in_snapshot(xid, $2::pg_snapshot))
          and owner_id = any($3::text[])
        group by owner_id, link_id
      )
      select
        clock_timestamp() as at, through.at as through,
        left(pg_walfile_name(pg_current_wal_lsn()), 8) as timeline, pg_current_snapshot()::text as snapshot,
        owner_id as owner, link_id as "linkId", human::bigint, bot::bigint
      from (${dataThrough}) as through left join counted on true
      order by human + bot desc, link_id`,
    values: [since?.snapshot ?? null, until?.snapshot ?? null, owners],
  })
  const [first] = rows
  if (first === undefined) throw new Error('a query that always has a row had none')
  const { at, timeline, snapshot } = first
  const position = { timeline, atMs: at.getTime(), snapshot }
  return {
    position: until ?? position,
    at,
    dataThrough: first.through,
    counts: rows.flatMap(({ owner, linkId, human, bot }) =>
      owner === null ? [] : [{ ownerId: owner, linkId, human, bot }],
    ),
    gap: since && gapSince(since, position),
  }
}

function gapSince(since: LivePosition, position: LivePosition): LiveGap['reason'] | undefined {
  // A promoted database may have lost the end of its past, and gives out the same transaction numbers again.
  const end = ({ snapshot }: LivePosition) => BigInt(snapshot.split(':')[1] ?? 0)
  if (since.timeline !== position.timeline || end(since) > end(position)) return 'database_changed'
  return position.atMs - since.atMs > promisedMs ? 'position_too_old' : undefined
}

/** Nobody is told any more what was counted so long ago. */
export async function deleteLiveClicks(pool: Pool): Promise<void> {
  await pool.query({
    name: 'delete_live_clicks',
    text: `delete from live_clicks where at < now() - interval '${keptSeconds} seconds'`,
  })
}
