import type { Pool, PoolClient } from 'pg'
import { arrayOf, plainArray, plainElements, textElements } from './array-literal.ts'
import type { ArrivedClick } from './click-batch.ts'

/** Makes room for the clicks of these days (UTC), given as `2026-01-31`. */
export async function makeDays(pool: Pool, days: readonly string[]): Promise<void> {
  await pool.query({ name: 'make_days', text: 'select make_days($1)', values: [days] })
}

/** The columns of `clicks`, but for `is_unique`, as the statement below takes them. */
export type ClickColumns = readonly string[]

/** Ahead of the transaction, in which others wait. */
export function columnsOf(clicks: readonly ArrivedClick[]): ClickColumns {
  return [
    plainElements(clicks.map((click) => click.id)),
    plainElements(clicks.map((click) => click.at.toISOString())),
    plainElements(clicks.map((click) => click.spool)),
    plainElements(clicks.map((click) => click.seq)),
    plainElements(clicks.map((click) => click.linkId)),
    textElements(clicks.map((click) => click.ownerId)),
    plainElements(clicks.map((click) => click.policyVersion)),
    plainElements(clicks.map((click) => click.bot)),
    textElements(clicks.map((click) => click.country)),
    textElements(clicks.map((click) => click.device)),
    textElements(clicks.map((click) => click.browser)),
    textElements(clicks.map((click) => click.os)),
    textElements(clicks.map((click) => click.referrer)),
    textElements(clicks.map((click) => click.utmSource)),
    textElements(clicks.map((click) => click.utmMedium)),
    textElements(clicks.map((click) => click.utmCampaign)),
    textElements(clicks.map((click) => click.utmTerm)),
    textElements(clicks.map((click) => click.utmContent)),
  ]
}

/**
 * Stores clicks that are not there yet.
 *
 * @param parts one or several, each of some clicks
 * @returns how many were new
 */
export async function insertClicks(
  client: PoolClient,
  parts: readonly ClickColumns[],
  isUnique: readonly boolean[],
): Promise<number> {
  const { rowCount } = await client.query({
    name: 'insert_clicks',
    text: `
      with arrived as (
        select
          unnest($1::uuid[]) as id,
          unnest($2::timestamptz[]) as at,
          unnest($3::uuid[]) as spool,
          unnest($4::bigint[]) as seq,
          unnest($5::uuid[]) as link_id,
          unnest($6::text[]) as owner_id,
          unnest($7::smallint[]) as policy_version,
          unnest($8::boolean[]) as bot,
          unnest($9::text[]) as country,
          unnest($10::text[]) as device,
          unnest($11::text[]) as browser,
          unnest($12::text[]) as os,
          unnest($13::text[]) as referrer,
          unnest($14::text[]) as utm_source,
          unnest($15::text[]) as utm_medium,
          unnest($16::text[]) as utm_campaign,
          unnest($17::text[]) as utm_term,
          unnest($18::text[]) as utm_content,
          unnest($19::boolean[]) as is_unique
      )
      insert into clicks (
        at, id, spool, seq, link_id, owner_id, policy_version, bot, is_unique,
        country, device, browser, os, referrer,
        utm_source, utm_medium, utm_campaign, utm_term, utm_content)
      select
        at, id, spool, seq, link_id, owner_id, policy_version, bot, is_unique,
        country, device, browser, os, referrer,
        utm_source, utm_medium, utm_campaign, utm_term, utm_content
      from arrived
      where not exists (select from dead_letters d where d.click_id = arrived.id)
      order by at, id
      on conflict (at, id) do nothing`,
    values: [...together(parts), plainArray(isUnique)],
  })
  return rowCount ?? 0
}

/** The key of a click. */
export function keyOf({ at, id }: Pick<ArrivedClick, 'at' | 'id'>): string {
  return `${at.getTime()} ${id}`
}

/** Keys of those of these clicks that this transaction has stored; it must not have had savepoints. */
export async function findInserted(
  client: PoolClient,
  clicks: readonly ArrivedClick[],
): Promise<Set<string>> {
  const times = clicks.map(({ at }) => at.getTime())
  const earliest = new Date(times.reduce((a, b) => Math.min(a, b)))
  const latest = new Date(times.reduce((a, b) => Math.max(a, b)))
  const { rows } = await client.query<Pick<ArrivedClick, 'at' | 'id'>>({
    name: 'find_inserted_clicks',
    text: `
      select distinct at, id
      from (select unnest($1::timestamptz[]) as at, unnest($2::uuid[]) as id) as c join clicks using (at, id)
      where clicks.xmin = pg_current_xact_id()::xid
        and clicks.at between $3 and $4 -- only their days are looked at`,
    values: [
      plainArray(clicks.map(({ at }) => at.toISOString())),
      plainArray(clicks.map(({ id }) => id)),
      earliest,
      latest,
    ],
  })
  return new Set(rows.map(keyOf))
}

function together(parts: readonly ClickColumns[]): string[] {
  const [first = []] = parts
  return first.map((_, column) => arrayOf(parts.map((part) => part[column] ?? '')))
}
