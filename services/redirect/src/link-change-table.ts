// The SQL of the change feed. A page is a statement of its own, with a snapshot of its own: none may be larger.
import type { Client } from 'pg'
import type { LinkChange } from './recent-changes.ts'

/** The transactions whose changes need not be read again: those below `upTo`, except the ones in `running`. */
export interface Settled {
  readonly xmin: bigint
  readonly upTo: bigint
  readonly running: readonly bigint[]
  /** Nothing at or above it had ended. */
  readonly xmax: bigint
  /** The database's clock before it was asked, milliseconds since the epoch. */
  readonly at: number
}

/** Transactions looked at in one statement: some 20 ms of work. */
const maxSettled = 20_000
/** Savepoints count too. When more are running, those above are read again by each poll. */
const maxRunning = 5_000

/**
 * Which transactions have ended by now. What it calls ended is visible to every statement that is sent afterwards,
 * and to no earlier one for sure. The snapshot of a standby lists no running transactions, so each is asked for.
 */
export async function findSettled(client: Client, before: Settled | undefined): Promise<Settled> {
  let settled = await settleMore(client, before)
  const { xmax, at } = settled
  while (settled.upTo < xmax && settled.running.length < maxRunning) {
    settled = await settleMore(client, settled)
  }
  return { ...settled, at }
}

async function settleMore(client: Client, before: Settled | undefined): Promise<Settled> {
  const { rows } = await client.query<{
    xmin: string
    xmax: string
    upTo: string
    running: string[]
    at: number
  }>({
    name: 'settled_transactions',
    text: `
      with range as (
        select pg_snapshot_xmin(s)::text as xmin, pg_snapshot_xmax(s)::text as xmax,
          coalesce($1, pg_snapshot_xmin(s)::text::bigint) as first,
          least(pg_snapshot_xmax(s)::text::bigint,
            coalesce($1, pg_snapshot_xmin(s)::text::bigint) + ${maxSettled}) as last
        from pg_current_snapshot() s)
      select xmin, xmax, last::text as "upTo",
        (extract(epoch from statement_timestamp()) * 1000)::float8 as at, array(
        select number::text
        from (
          select unnest($2::bigint[]) as number
          union all
          select generate_series(first, last - 1)) candidates
        where pg_xact_status(number::text::xid8) = 'in progress'
        order by candidates.number
        limit ${maxRunning + 1}) as running
      from range`,
    values: [before?.upTo.toString() ?? null, before?.running.map(String) ?? []],
  })
  const [row] = rows
  if (row === undefined) throw new Error('no snapshot')
  const running = row.running.map(BigInt)
  const surplus = running[maxRunning]
  return {
    xmin: BigInt(row.xmin),
    xmax: BigInt(row.xmax),
    upTo: surplus ?? BigInt(row.upTo),
    running: running.slice(0, maxRunning),
    at: row.at,
  }
}

/** What `settled` has and `before` had not. */
export async function* changesSince(
  client: Client,
  before: Settled,
  settled: Settled,
  pageRows: number,
): AsyncGenerator<LinkChange[]> {
  const running = new Set(settled.running)
  yield* changesOf(
    client,
    before.running.filter((xid) => !running.has(xid)),
    pageRows,
  )
  if (settled.upTo === before.upTo && settled.upTo === settled.xmax) return
  // An end, or a busy database would keep it reading for ever; without one where `running` has no room for all.
  const end = settled.running.length < maxRunning ? settled.upTo : maxXid
  yield* changesBetween(client, { xid: before.upTo.toString(), position: -1 }, end, pageRows)
}

const maxXid = 2n ** 63n - 1n

interface Row extends LinkChange {
  readonly xid: string
  readonly changedAtText: string
}
type Place = Pick<Row, 'xid' | 'position'>

const columns = `
  c.position, c.domain, c.slug, c.deleted, c.blocked, c.xid::text as xid, c.changed_at::text as "changedAtText",
  (extract(epoch from c.changed_at) * 1000)::float8 as "changedAt"`

/** @param xids ascending */
async function* changesOf(
  client: Client,
  xids: readonly bigint[],
  pageRows: number,
): AsyncGenerator<LinkChange[]> {
  let left = xids
  while (left.length > 0) {
    const { rows } = await client.query<Row>({
      name: 'link_changes_of',
      text: `
        select ${columns} from link_changes c
        where c.xid = any($1::xid8[])
        order by c.xid, c.position
        limit ${pageRows}`,
      values: [left.map(String)],
    })
    if (rows.length > 0) yield rows.map(toChange)
    const last = rows[pageRows - 1]
    if (last === undefined) return
    // Postgres finds a place within one transaction at once, within several only by reading them.
    const xid = BigInt(last.xid)
    yield* changesBetween(client, last, xid + 1n, pageRows)
    left = left.filter((other) => other > xid)
  }
}

async function* changesBetween(
  client: Client,
  from: Place,
  end: bigint,
  pageRows: number,
): AsyncGenerator<LinkChange[]> {
  yield* pages(pageRows, async (last: Place = from) => {
    const { rows } = await client.query<Row>({
      name: 'link_changes_between',
      text: `
        select ${columns} from link_changes c
        where (c.xid, c.position) > ($1::xid8, $2) and c.xid < $3::xid8
        order by c.xid, c.position
        limit ${pageRows}`,
      values: [last.xid, last.position, end.toString()],
    })
    return rows
  })
}

/** Those from one time on and before another, by the database's clock, milliseconds since the epoch. */
export async function* changesByTime(
  client: Client,
  fromMs: number,
  untilMs: number,
  pageRows: number,
): AsyncGenerator<LinkChange[]> {
  yield* pages(pageRows, async (last) => {
    const { rows } = await client.query<Row>({
      name: 'link_changes_by_time',
      text: `
        select ${columns} from link_changes c
        where (c.changed_at, c.position) >
          (coalesce($1::timestamptz, to_timestamp($2::float8 / 1000)), $3)
          and c.changed_at < to_timestamp($4::float8 / 1000)
        order by c.changed_at, c.position
        limit ${pageRows}`,
      values: [last?.changedAtText ?? null, fromMs, last?.position ?? -1, untilMs],
    })
    return rows
  })
}

/** One page after the other, until one is not full. Between two of them others have their turn. */
async function* pages(
  pageRows: number,
  read: (last?: Row) => Promise<Row[]>,
): AsyncGenerator<LinkChange[]> {
  let last: Row | undefined
  do {
    const rows = await read(last)
    last = rows.length < pageRows ? undefined : rows.at(-1)
    if (rows.length > 0) yield rows.map(toChange)
  } while (last !== undefined)
}

/** Without what only the reading needs: these are kept. */
function toChange({ position, domain, slug, deleted, blocked, changedAt }: Row): LinkChange {
  return { position, domain, slug, deleted, blocked, changedAt }
}
