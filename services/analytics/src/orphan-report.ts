import type { OrphanReport } from '@sleepwell/contracts/report'
import type { Pool } from 'pg'
import { dataThrough } from './spool-table.ts'

export interface OrphanQuery {
  /** Absent: all domains. */
  readonly domain: string | undefined
  /** Milliseconds since the epoch, at whole days (UTC). */
  readonly from: number
  readonly to: number
}

const maxRows = 1000
const dayMs = 86_400_000

interface Row {
  readonly at: Date | null
  readonly domain: string | null
  readonly slug: string
  readonly human: number
  readonly bot: number
  readonly lastAt: Date
  readonly allHuman: number
  readonly allBot: number
  /** Those that had any. */
  readonly days: readonly DayCounts[] | null
}

interface DayCounts {
  readonly day: string
  readonly human: number
  readonly bot: number
}

/** Slugs that people tried and no link had: nobody's, so everybody who may read reports sees the same. */
export async function reportOrphans(pool: Pool, query: OrphanQuery): Promise<OrphanReport> {
  const from = new Date(query.from)
  const to = new Date(query.to)
  const { rows } = await pool.query<Row>({
    name: 'report_orphans',
    text: `
      with asked as (
        select * from orphans
        where day >= $1::date and day < $2::date and ($3::text is null or domain = $3)
      ), counted as (
        select domain, slug, sum(human) as human, sum(bot) as bot, max(last_at) as last_at
        from asked
        group by domain, slug
      ), by_day as (
        select day, sum(human) as human, sum(bot) as bot from asked group by day
      )
      select
        through.at, domain, slug, human::bigint, bot::bigint, last_at as "lastAt",
        coalesce(sum(human) over (), 0)::bigint as "allHuman",
        coalesce(sum(bot) over (), 0)::bigint as "allBot",
        case when row_number() over (order by human + bot desc, domain collate "C", slug collate "C") = 1
          then (select json_agg(json_build_object('day', day, 'human', human, 'bot', bot)) from by_day)
        end as days
      from (${dataThrough}) as through left join counted on true
      order by human + bot desc, domain collate "C", slug collate "C"
      limit ${maxRows}`,
    values: [day(from), day(to), query.domain ?? null],
  })
  const [first] = rows
  return {
    dataThrough: first?.at?.toISOString() ?? null,
    from: from.toISOString(),
    to: to.toISOString(),
    totals: show({ human: first?.allHuman ?? 0, bot: first?.allBot ?? 0 }),
    days: everyDay(query, first?.days ?? []),
    rows: rows.flatMap(({ domain, slug, lastAt, ...counts }) =>
      domain === null ? [] : [{ domain, slug, ...show(counts), lastAt: lastAt.toISOString() }],
    ),
  }
}

function everyDay({ from, to }: OrphanQuery, known: readonly DayCounts[]): OrphanReport['days'] {
  const counts = new Map(known.map((one) => [one.day, one]))
  return Array.from({ length: (to - from) / dayMs }, (_, i) => {
    const name = day(new Date(from + i * dayMs))
    return { day: name, ...show(counts.get(name) ?? { human: 0, bot: 0 }) }
  })
}

function show({ human, bot }: { readonly human: number; readonly bot: number }) {
  return { total: human + bot, human, bot }
}

function day(time: Date): string {
  return time.toISOString().slice(0, 10)
}
