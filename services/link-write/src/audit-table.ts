// Who changed what. Triggers write it (migration 0010).
import type { AuditAction } from '@sleepwell/contracts/audit'
import type { Pool, PoolClient } from 'pg'
import { keyColumns, type StoredKey } from './key-table.ts'
import { linkColumns, onEitherSchema, type StoredLink } from './link-columns.ts'

export interface StoredEntry {
  readonly id: number
  readonly at: Date
  readonly keyId: string | null
  readonly ownerId: string
  readonly subjectKind: 'link' | 'key'
  readonly subjectId: string
  readonly action: AuditAction
  readonly version: number
  /** Rows as the table has them; null: there was none. */
  readonly before: object | null
  readonly after: object
}

export interface EntryFilter {
  /** Null: of everybody. */
  readonly ownerId: string | null
  readonly subjectId?: string | undefined
  readonly keyId?: string | undefined
  readonly action?: AuditAction | undefined
  readonly from?: Date | undefined
  readonly to?: Date | undefined
}

export interface EntriesFound {
  readonly entries: readonly StoredEntry[]
  /** Where to go on; null: there is no more. */
  readonly below: number | null
}

/** So many are looked at for one page, however few of them fit. */
const maxLookedAt = 10_000

/**
 * Newest first. A state from before a column was added has what follows it, so that it is no change.
 *
 * @param below entries with a smaller id only
 */
export async function findEntries(
  postgres: Pool,
  { ownerId, subjectId, keyId, action, from, to }: EntryFilter,
  limit: number,
  below: number | null,
): Promise<EntriesFound> {
  // Without a name it is planned anew for what is asked. Times and ids have nearly the same order: by a minute at most they differ.
  const { rows } = await postgres.query<StoredEntry & { lowest: number; lookedAt: number }>({
    text: `
      with seen as materialized (
        select * from audit_log
        where ($1::text is null or owner_id = $1)
          and ($2::uuid is null or subject_id = $2)
          and ($3::uuid is null or key_id = $3)
          and ($4::bigint is null or id < $4)
          and ($5::timestamptz is null or id >= (
            select id from audit_log where at >= $5::timestamptz - interval '1 minute' order by at limit 1))
          and ($6::timestamptz is null or id <= (
            select id from audit_log where at < $6::timestamptz + interval '1 minute' order by at desc limit 1))
        order by id desc
        limit ${maxLookedAt}),
      found as (
        select * from seen
        where ($7::text is null or subject_kind || '.' || action = $7)
          and ($5::timestamptz is null or at >= $5)
          and ($6::timestamptz is null or at < $6)
        order by id desc
        limit $8)
      select found.id, at, key_id as "keyId", owner_id as "ownerId", subject_kind as "subjectKind",
        subject_id as "subjectId", subject_kind || '.' || action as action, version,
        now_is.state || after || before as before, now_is.state || after as after,
        looked.lowest, looked."lookedAt"
      from (select min(id) as lowest, count(*) as "lookedAt" from seen) as looked
      left join found on true
      left join lateral (
        select to_jsonb(links) as state from links where links.id = subject_id
        union all
        select to_jsonb(keys) - '{hash,previous_hash}'::text[] from keys where keys.id = subject_id
      ) as now_is on true
      order by found.id desc`,
    values: [
      ownerId,
      subjectId ?? null,
      keyId ?? null,
      below,
      from ?? null,
      to ?? null,
      action ?? null,
      limit,
    ],
  })
  const entries = rows.filter(({ id }) => id !== null)
  const full = entries.length === limit || rows[0]?.lookedAt === maxLookedAt
  const last = entries.length === limit ? entries.at(-1)?.id : rows[0]?.lowest
  return { entries, below: full ? (last ?? null) : null }
}

/** Returns how many it deleted: at most `limit`. */
export async function deleteOldEntries(
  postgres: Pool,
  before: Date,
  limit: number,
): Promise<number> {
  const { rowCount } = await postgres.query({
    name: 'delete_old_entries',
    text: `
      delete from audit_log where id = any(array(
        select id from audit_log where at < $1 order by at limit $2))`,
    values: [before, limit],
  })
  return rowCount ?? 0
}

/** The row of a link as it was in that version, with what later migrations have added since. */
export async function findState(
  client: PoolClient,
  id: string,
  version: number,
): Promise<object | 'absent'> {
  const { rows } = await client.query<{ state: object | null }>({
    name: 'find_state',
    text: `
      select to_jsonb(links) || coalesce(
        (select after from audit_log where subject_id = $1 and version = $2::bigint order by id desc limit 1),
        (select before from audit_log where subject_id = $1 and version = $2::bigint + 1 order by id limit 1)
      ) as state
      from links where id = $1`,
    values: [id, version],
  })
  return rows[0]?.state ?? 'absent'
}

/** Rows of `links` in JSON, as links. */
export async function readLinkStates(
  postgres: Pool | PoolClient,
  states: readonly object[],
): Promise<StoredLink[]> {
  const { rows } = await postgres.query<StoredLink>({
    name: 'read_link_states',
    text: onEitherSchema(`
      select ${linkColumns}
      from jsonb_array_elements($1::jsonb) with ordinality as given (state, number)
      cross join lateral jsonb_populate_record(null::links, state) as links
      order by number`),
    values: [JSON.stringify(states)],
  })
  return rows
}

/** Rows of `keys` in JSON, as keys. */
export async function readKeyStates(
  postgres: Pool,
  states: readonly object[],
): Promise<StoredKey[]> {
  const { rows } = await postgres.query<StoredKey>({
    name: 'read_key_states',
    text: `
      select ${keyColumns}
      from jsonb_array_elements($1::jsonb) with ordinality as given (state, number)
      cross join lateral jsonb_populate_record(null::keys, state) as keys
      order by number`,
    values: [JSON.stringify(states)],
  })
  return rows
}
