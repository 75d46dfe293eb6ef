import type { Pool } from 'pg'

/** @param days `yyyy-mm-dd`, as many as there are salts; a day that has a salt keeps it */
export async function insertSalts(
  postgres: Pool,
  days: readonly string[],
  salts: readonly Buffer[],
): Promise<void> {
  await postgres.query({
    name: 'insert_salts',
    text: `
      insert into visitor_salts (day, salt) select * from unnest($1::date[], $2::bytea[])
      on conflict do nothing`,
    values: [days, salts],
  })
}

/** Those of days that ended, in UTC, more than 48 hours before `now`. */
export async function deleteOldSalts(postgres: Pool, now: Date): Promise<void> {
  await postgres.query({
    name: 'delete_old_salts',
    text: `
      delete from visitor_salts
      where (day + 1)::timestamp at time zone 'UTC' < $1::timestamptz - interval '48 hours'`,
    values: [now],
  })
}

/** Returns how many it deleted: at most `limit`. */
export async function deleteOldChanges(
  postgres: Pool,
  before: Date,
  limit: number,
): Promise<number> {
  const { rowCount } = await postgres.query({
    name: 'delete_old_changes',
    text: `
      delete from link_changes where position = any(array(
        select position from link_changes where changed_at < $1 order by changed_at limit $2))`,
    values: [before, limit],
  })
  return rowCount ?? 0
}

/** Returns how many it deleted: at most `limit`. */
export async function deleteOldAnswers(
  postgres: Pool,
  before: Date,
  limit: number,
): Promise<number> {
  const { rowCount } = await postgres.query({
    name: 'delete_old_answers',
    text: `
      delete from idempotent_answers where (key_id, idempotency_key) in (
        select key_id, idempotency_key from idempotent_answers
        where created_at < $1 order by created_at limit $2)`,
    values: [before, limit],
  })
  return rowCount ?? 0
}

/** Of keys that have all of it again. Returns how many it deleted: at most `limit`. */
export async function deleteOldQuotas(postgres: Pool, now: Date, limit: number): Promise<number> {
  const { rowCount } = await postgres.query({
    name: 'delete_old_quotas',
    text: `
      delete from rate_limits where key = any(array(
        select key from rate_limits where expire < $1 limit $2))`,
    values: [now.getTime() - 3_600_000, limit],
  })
  return rowCount ?? 0
}

/** Of links that nobody has changed since there is a search; a trigger does it. Returns how many there were: at most `limit`. */
export async function fillSearchTexts(postgres: Pool, limit: number): Promise<number> {
  const { rowCount } = await postgres.query({
    name: 'fill_search_texts',
    text: `
      update links set title = title where id = any(array(
        select id from links where search_text is null and alias_of is null
        limit $1 for no key update skip locked))`,
    values: [limit],
  })
  return rowCount ?? 0
}

/** Replicas repeat it: by its age a reader tells how far behind one is. */
export async function writeHeartbeat(postgres: Pool): Promise<void> {
  await postgres.query({
    name: 'write_heartbeat',
    text: 'update replication_heartbeat set at = clock_timestamp()',
  })
}
