// How far each spool is in the numbers, and what may be said of all of them: `dataThrough`.
//
// A spool numbers its clicks without a gap, and a heartbeat says which number was the last by its time. Once all
// numbers up to it are accounted for (counted, dead-lettered or dropped), every click that the spool answered until
// then is in the reports: the heartbeat is satisfied. A spool without a satisfied one vouches for the time before it
// was first heard of. A closed spool of which all that was shipped is accounted for holds nothing back (what it lost besides is in
// the ledger), and neither does one that was
// silent for a day while others spoke: its missing clicks are lost.
import type { Pool, PoolClient } from 'pg'

/** A spool as one batch tells of it. */
export interface HeardSpool {
  readonly spool: string
  readonly firstAt: Date
  /** Of the latest of its records. */
  readonly lastAt: Date
  readonly lastSeq: number
  readonly shippedSeq: number
  readonly closed: boolean
  /** Numbers that came again. */
  readonly duplicates: number
}

/** Numbers of a spool, both ends included, and what became of them. */
export interface AccountedNumbers {
  readonly account: 'counted' | 'dead_lettered' | 'dropped'
  readonly spool: string
  readonly from: number
  readonly to: number
}

/** Numbers are kept as sets: what is told twice counts once. */
export async function upsertSpools(
  client: PoolClient,
  spools: readonly HeardSpool[],
  numbers: readonly AccountedNumbers[],
): Promise<void> {
  await client.query({
    name: 'upsert_spools',
    text: `
      with numbers as (
        select
          spool,
          range_agg(range) filter (where account = 'counted') as counted,
          range_agg(range) filter (where account = 'dead_lettered') as dead_lettered,
          range_agg(range) filter (where account = 'dropped') as dropped
        from unnest($8::uuid[], $9::text[], $10::bigint[], $11::bigint[]) as n (spool, account, "from", "to")
          cross join lateral int8range("from", "to", '[]') as range
        group by spool
      )
      insert into spools (
        spool, first_at, heard_at, last_seq, shipped_seq, closed, duplicates, counted, dead_lettered, dropped)
      select
        spool, first_at, least(now(), last_at), last_seq, shipped_seq, closed, duplicates,
        coalesce(counted, '{}'), coalesce(dead_lettered, '{}'), coalesce(dropped, '{}')
      from unnest(
        $1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::bigint[], $5::bigint[], $6::boolean[], $7::bigint[]
      ) as heard (spool, first_at, last_at, last_seq, shipped_seq, closed, duplicates)
        left join numbers using (spool)
      order by spool
      on conflict (spool) do update set
        first_at = least(spools.first_at, excluded.first_at),
        heard_at = greatest(spools.heard_at, excluded.heard_at),
        last_seq = greatest(spools.last_seq, excluded.last_seq),
        shipped_seq = greatest(spools.shipped_seq, excluded.shipped_seq),
        closed = spools.closed or excluded.closed,
        duplicates = spools.duplicates + excluded.duplicates,
        counted = spools.counted + excluded.counted,
        dead_lettered = spools.dead_lettered + excluded.dead_lettered,
        dropped = spools.dropped + excluded.dropped`,
    values: [
      spools.map((heard) => heard.spool),
      spools.map((heard) => heard.firstAt),
      spools.map((heard) => heard.lastAt),
      spools.map((heard) => heard.lastSeq),
      spools.map((heard) => heard.shippedSeq),
      spools.map((heard) => heard.closed),
      spools.map((heard) => heard.duplicates),
      numbers.map((range) => range.spool),
      numbers.map((range) => range.account),
      numbers.map((range) => range.from),
      numbers.map((range) => range.to),
    ],
  })
}

/**
 * Of these numbers those that are not counted yet, each once. The spools stay locked to the end of the transaction, so
 * that no other consumer counts them meanwhile.
 *
 * @param spools all that the transaction will touch: locked one by one they would be locked in no order
 */
export async function findUncounted<T extends { readonly spool: string; readonly seq: number }>(
  client: PoolClient,
  spools: readonly string[],
  numbers: readonly T[],
): Promise<T[]> {
  // A spool that is new here may be new elsewhere at this moment too.
  await client.query({
    name: 'insert_spools',
    text: `
      insert into spools (spool, first_at, heard_at, counted)
      select spool, now(), '-infinity', '{}' from unnest($1::uuid[]) as s (spool)
      order by spool
      on conflict (spool) do nothing`,
    values: [spools],
  })
  await client.query({
    name: 'lock_spools',
    text: 'select from spools where spool = any($1::uuid[]) order by spool for update',
    values: [spools],
  })
  const { rows } = await client.query<{ place: number }>({
    name: 'find_uncounted',
    text: `
      select min(place) as place
      from unnest($1::uuid[], $2::bigint[]) with ordinality as n (spool, seq, place)
        join spools using (spool)
      where not seq <@ counted
      group by spool, seq`,
    values: [numbers.map(({ spool }) => spool), numbers.map(({ seq }) => seq)],
  })
  return rows.flatMap(({ place }) => numbers[place - 1] ?? [])
}

export interface Heartbeat {
  readonly spool: string
  readonly lastSeq: number
  readonly at: Date
}

/** @param heartbeats no two with the same spool and number */
export async function upsertHeartbeats(
  client: PoolClient,
  heartbeats: readonly Heartbeat[],
): Promise<void> {
  await client.query({
    name: 'upsert_heartbeats',
    text: `
      insert into heartbeats (spool, last_seq, at)
      select spool, last_seq, at
      from unnest($1::uuid[], $2::bigint[], $3::timestamptz[]) as h (spool, last_seq, at)
      order by spool, last_seq
      on conflict (spool, last_seq) do update set at = greatest(heartbeats.at, excluded.at)`,
    values: [
      heartbeats.map((heartbeat) => heartbeat.spool),
      heartbeats.map((heartbeat) => heartbeat.lastSeq),
      heartbeats.map((heartbeat) => heartbeat.at),
    ],
  })
}

/** Heartbeats whose numbers are all accounted for now move their spool on, and are needed no longer. */
export async function settleHeartbeats(
  client: PoolClient,
  spools: readonly string[],
): Promise<void> {
  await client.query({
    name: 'settle_heartbeats',
    text: `
      with satisfied as (
        delete from heartbeats using spools
        where heartbeats.spool = any($1::uuid[]) and spools.spool = heartbeats.spool
          and heartbeats.last_seq <= spools.through_seq
        returning heartbeats.spool, heartbeats.at
      )
      update spools set through_at = greatest(spools.through_at, newest.at)
      from (select spool, max(at) as at from satisfied group by spool) as newest
      where spools.spool = newest.spool`,
    values: [spools],
  })
}

/** Remembers since when numbers that are still missing have been on the log. */
export async function settleShipments(
  client: PoolClient,
  spools: readonly string[],
): Promise<void> {
  await client.query({
    name: 'settle_shipments',
    text: `
      with gone as (
        delete from shipments using spools
        where shipments.spool = any($1::uuid[]) and spools.spool = shipments.spool and (
          shipments.shipped_seq <= spools.through_seq
          or exists (
            select from shipments as newer
            where newer.spool = shipments.spool and newer.heard_at > shipments.heard_at
              and newer.heard_at < now() - make_interval(secs => ${settleSeconds})))
      )
      insert into shipments (spool, heard_at, shipped_seq)
      select spool, date_trunc('minute', now()) + interval '1 minute', shipped_seq
      from spools
      where spool = any($1::uuid[]) and shipped_seq > through_seq
      order by spool
      on conflict (spool, heard_at) do update set
        shipped_seq = greatest(shipments.shipped_seq, excluded.shipped_seq)`,
    values: [spools],
  })
}

/** How long a number must have been on the log before it may be missing: consumers of other partitions are slower. */
export const settleSeconds = 600

/** For use inside a query: every click answered until then is counted; null while no spool was heard of. */
export const dataThrough = `
  select case when count(*) > 0 then least(now(), coalesce(
    min(coalesce(through_at, first_at)) filter (where open), max(through_at), max(first_at)
  )) end as at
  from (
    select
      through_at, first_at,
      not (closed and through_seq >= shipped_seq)
        and heard_at > max(heard_at) over () - interval '1 day' as open
    from spools
  ) as vouching`

/** Forgets spools that ended long ago, by the latest word of any, and of which all that was shipped is accounted for. */
export async function deleteSpools(pool: Pool, silentDays: number): Promise<void> {
  await pool.query({
    name: 'delete_spools',
    text: `
      delete from spools
      where closed and through_seq >= shipped_seq
        and heard_at < (select max(heard_at) from spools) - make_interval(days => $1)`,
    values: [silentDays],
  })
}
