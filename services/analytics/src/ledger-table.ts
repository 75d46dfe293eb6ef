import type { LedgerSpool } from '@sleepwell/contracts/ledger'
import type { Pool } from 'pg'
import { dataThrough } from './spool-table.ts'

export interface Books {
  readonly asOf: Date
  readonly dataThrough: Date | null
  readonly spools: readonly BookedSpool[]
}

export type BookedSpool = Omit<LedgerSpool, 'inFlight' | 'firstAt' | 'heardAt'> & {
  readonly firstAt: Date
  readonly heardAt: Date
}

type Row = BookedSpool & Pick<Books, 'asOf' | 'dataThrough'>

const maxRanges = 100

/**
 * What became of every number of every spool, in one snapshot: first the spools that miss something, then the latest.
 * In no account but `served` is what is in flight.
 *
 * @param settleSeconds how long a number must have been on the log before it may be missing
 */
export async function findBooks(pool: Pool, settleSeconds: number): Promise<Books> {
  const { rows } = await pool.query<Row>({
    name: 'find_books',
    text: `
      with known as (
        select
          spools.*,
          greatest(last_seq, coalesce(upper(accounted) - 1, 0)) as served,
          heard_at <= max(heard_at) over () - interval '1 day' as silent,
          (select max(s.shipped_seq) from shipments s
            where s.spool = spools.spool and s.heard_at <= now() - make_interval(secs => $1)
          ) as settled_seq
        from spools
      ), booked as (
        select
          *,
          int8multirange(int8range(1, served + 1)) - accounted as unaccounted,
          int8multirange(int8range(1, coalesce(settled_seq, 0) + 1)) - accounted as vanished
        from known
      ), judged as (
        select
          *,
          case
            when silent then unaccounted
            -- Its disk had no more than this when it was closed.
            when closed then unaccounted - int8multirange(int8range(1, shipped_seq + 1))
            else '{}'
          end as gone
        from booked
      )
      select
        now() as "asOf",
        through.at as "dataThrough",
        spool,
        first_at as "firstAt",
        heard_at as "heardAt",
        closed,
        served,
        how_many(counted) as counted,
        how_many(dead_lettered - counted) as "deadLettered",
        how_many(dropped - counted - dead_lettered) as dropped,
        how_many(gone) as lost,
        how_many(vanished) as difference,
        duplicates,
        array(
          select json_build_object('from', lower(r), 'to', upper(r) - 1)
          from unnest(vanished + gone) r order by r limit ${maxRanges}
        ) as missing
      from (${dataThrough}) as through left join judged on true
      order by vanished + gone <> '{}' desc, heard_at desc, spool`,
    values: [settleSeconds],
  })
  const [first] = rows
  if (first === undefined) throw new Error('a ledger without a row')
  const { asOf, dataThrough: at } = first
  // Without any spool there is still the row that carries the times.
  const spools = rows.filter(({ spool }) => spool !== null)
  return { asOf, dataThrough: at, spools }
}
