// How far each spool is in the numbers, and what may be said of all of them: `dataThrough`.
//
// A spool numbers its clicks without a gap, and a heartbeat says which number was the last by its time. Once all
// numbers up to it are accounted for (counted, dead-lettered or dropped), every click that the spool answered until
// then is in the reports: the heartbeat is satisfied. A spool without a satisfied one vouches for the time before it
// was first heard of. A closed spool whose numbers are complete holds nothing back, and neither does one that was
// silent for a day while others spoke: its missing clicks are lost.
import type { Pool, PoolClient } from 'pg'

/** A spool as one batch tells of it. */
export interface HeardSpool {
  readonly spool: string
  readonly firstAt: Date
  readonly lastSeq: number
  readonly closed: boolean
}

/** Numbers of a spool, both ends included. */
export interface NumberRange {
  readonly spool: string
  readonly from: number
  readonly to: number
}

/** Numbers are kept as a set: what is told twice counts once. */
export async function upsertSpools(
  client: PoolClient,
  spools: readonly HeardSpool[],
  accounted: readonly NumberRange[],
): Promise<void> {
  await client.query({
    name: 'upsert_spools',
    text: `
      with accounted as (
        select spool, range_agg(int8range("from", "to", '[]')) as numbers
        from unnest($5::uuid[], $6::bigint[], $7::bigint[]) as n (spool, "from", "to")
        group by spool
      )
      insert into spools (spool, first_at, last_seq, closed, accounted)
      select spool, first_at, last_seq, closed, coalesce(numbers, '{}')
      from unnest($1::uuid[], $2::timestamptz[], $3::bigint[], $4::boolean[])
        as heard (spool, first_at, last_seq, closed)
        left join accounted using (spool)
      order by spool
      on conflict (spool) do update set
        first_at = least(spools.first_at, excluded.first_at),
        heard_at = now(),
        last_seq = greatest(spools.last_seq, excluded.last_seq),
        closed = spools.closed or excluded.closed,
        accounted = spools.accounted + excluded.accounted`,
    values: [
      spools.map((heard) => heard.spool),
      spools.map((heard) => heard.firstAt),
      spools.map((heard) => heard.lastSeq),
      spools.map((heard) => heard.closed),
      accounted.map((range) => range.spool),
      accounted.map((range) => range.from),
      accounted.map((range) => range.to),
    ],
  })
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

/** For use inside a query: every click answered until then is counted; null while no spool was heard of. */
export const dataThrough = `
  select case when count(*) > 0 then least(now(), coalesce(
    min(coalesce(through_at, first_at)) filter (where open), max(through_at), max(first_at)
  )) end as at
  from (
    select
      through_at, first_at,
      not (closed and through_seq >= last_seq)
        and heard_at > max(heard_at) over () - interval '1 day' as open
    from spools
  ) as vouching`

/** Forgets spools that were silent for so long while others spoke. */
export async function deleteSpools(pool: Pool, silentDays: number): Promise<void> {
  await pool.query({
    name: 'delete_spools',
    text: `
      delete from spools
      where heard_at < (select max(heard_at) from spools) - make_interval(days => $1)`,
    values: [silentDays],
  })
}
