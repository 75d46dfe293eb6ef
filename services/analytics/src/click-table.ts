import type { Pool, PoolClient } from 'pg'
import { plainArray, textArray } from './array-literal.ts'
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
    plainArray(clicks.map((click) => click.id)),
    plainArray(clicks.map((click) => click.at.toISOString())),
    plainArray(clicks.map((click) => click.spool)),
    plainArray(clicks.map((click) => click.seq)),
    plainArray(clicks.map((click) => click.linkId)),
    textArray(clicks.map((click) => click.ownerId)),
    plainArray(clicks.map((click) => click.policyVersion)),
    plainArray(clicks.map((click) => click.bot)),
    textArray(clicks.map((click) => click.country)),
    textArray(clicks.map((click) => click.device)),
    textArray(clicks.map((click) => click.browser)),
    textArray(clicks.map((click) => click.os)),
    textArray(clicks.map((click) => click.referrer)),
    textArray(clicks.map((click) => click.utmSource)),
    textArray(clicks.map((click) => click.utmMedium)),
    textArray(clicks.map((click) => click.utmCampaign)),
    textArray(clicks.map((click) => click.utmTerm)),
    textArray(clicks.map((click) => click.utmContent)),
  ]
}

/** Stores clicks that are not there yet. Resolves to the ids of those that are new. */
export async function insertClicks(
  client: PoolClient,
  columns: ClickColumns,
  isUnique: readonly boolean[],
): Promise<Set<string>> {
  const { rows } = await client.query<{ id: string }>({
    name: 'insert_clicks',
    text: `
      with arrived as (
        select * from unnest(
          $1::uuid[], $2::timestamptz[], $3::uuid[], $4::bigint[], $5::uuid[], $6::text[], $7::smallint[],
          $8::boolean[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[],
          $15::text[], $16::text[], $17::text[], $18::text[], $19::boolean[]
        ) as c (
          id, at, spool, seq, link_id, owner_id, policy_version,
          bot, country, device, browser, os, referrer,
          utm_source, utm_medium, utm_campaign, utm_term, utm_content, is_unique
        )
        where not exists (select from dead_letters d where d.click_id = c.id)
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
      order by at, id
      on conflict (at, id) do nothing
      returning id`,
    values: [...columns, plainArray(isUnique)],
  })
  return new Set(rows.map((row) => row.id))
}
