import type { OrphanClick } from '@sleepwell/contracts/click'
import type { Pool, PoolClient } from 'pg'

/** Slugs told apart each day; who tries all that there are must not fill the database. */
const maxSlugsPerDay = 10_000

/** Adds orphan clicks, none of which was added before. Slugs beyond the most that are told apart become `''`. */
export async function upsertOrphans(
  client: PoolClient,
  orphans: readonly OrphanClick[],
): Promise<void> {
  await client.query({
    name: 'upsert_orphans',
    text: `
      with arrived as (
        select
          (at at time zone 'UTC')::date as day, domain, slug,
          count(*) filter (where not bot) as human, count(*) filter (where bot) as bot, max(at) as last_at
        from unnest($1::timestamptz[], $2::text[], $3::text[], $4::boolean[]) as o (at, domain, slug, bot)
        group by 1, 2, 3
      ), told_apart as (
        select day, count(*) as slugs from orphans
        where day in (select day from arrived)
        group by day
      ), placed as (
        select arrived.*, known.slug is null as is_new,
          coalesce(told_apart.slugs, 0)
            + count(*) filter (where known.slug is null)
              over (partition by day order by domain, slug) as place
        from arrived
          left join orphans known using (day, domain, slug)
          left join told_apart using (day)
      )
      insert into orphans (day, domain, slug, human, bot, last_at)
      select
        day, domain, case when is_new and place > ${maxSlugsPerDay} then '' else slug end as slug,
        sum(human), sum(bot), max(last_at)
      from placed
      group by 1, 2, 3
      order by 1, 2, 3
      on conflict (day, domain, slug) do update set
        human = orphans.human + excluded.human,
        bot = orphans.bot + excluded.bot,
        last_at = greatest(orphans.last_at, excluded.last_at)`,
    values: [
      orphans.map((orphan) => new Date(orphan.at)),
      orphans.map((orphan) => orphan.domain),
      orphans.map((orphan) => orphan.slug),
      orphans.map((orphan) => orphan.bot),
    ],
  })
}

/** @param before a day (UTC), as `2026-01-31` */
export async function deleteOrphans(pool: Pool, before: string): Promise<void> {
  await pool.query({
    name: 'delete_orphans',
    text: 'delete from orphans where day < $1::date',
    values: [before],
  })
}
