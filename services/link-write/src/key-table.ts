import type { KeyHolder, Scope } from '@sleepwell/contracts/api-key'
import type { ClientBase, Pool, PoolClient } from 'pg'

export interface InsertKey {
  readonly id: string
  readonly ownerId: string
  readonly name: string | null
  /** SHA-256 of the whole key. */
  readonly hash: Buffer
  /** How it begins. */
  readonly prefix: string
  readonly scopes: readonly Scope[]
  readonly expiresAt: Date | null
  readonly requestsPerMinute: number | null
}

/** All that may be shown of a key. */
export interface StoredKey extends Omit<InsertKey, 'hash' | 'prefix'> {
  readonly prefix: string | null
  readonly version: number
  readonly createdAt: Date
  /** The same time in full, for cursors. */
  readonly createdAtMicros: number
  readonly lastUsedAt: Date | null
  readonly previousUntil: Date | null
  readonly revokedAt: Date | null
}

export const keyColumns = `
  id, owner_id as "ownerId", name, prefix, scopes, requests_per_minute as "requestsPerMinute", version,
  created_at as "createdAt", (extract(epoch from created_at) * 1000000)::bigint as "createdAtMicros",
  expires_at as "expiresAt", last_used_at as "lastUsedAt", previous_until as "previousUntil", revoked_at as "revokedAt"`

export async function insertKey(client: Pool | ClientBase, key: InsertKey): Promise<StoredKey> {
  const { rows } = await client.query<StoredKey>({
    name: 'insert_key',
    text: `
      insert into keys (id, owner_id, name, hash, prefix, scopes, expires_at, requests_per_minute)
      values ($1, $2, $3, $4, $5, $6, $7, $8)
      returning ${keyColumns}`,
    values: [
      key.id,
      key.ownerId,
      key.name,
      key.hash,
      key.prefix,
      key.scopes,
      key.expiresAt,
      key.requestsPerMinute,
    ],
  })
  return one(rows)
}

export interface PresentedKey extends KeyHolder {
  readonly requestsPerMinute: number | null
  readonly expired: boolean
  /** Within the last minute. */
  readonly justUsed: boolean
}

/** Whose secret it is, or was before the last rotation. A revoked key has a hash that no secret has. */
export async function findPresentedKey(
  postgres: Pool,
  hash: Buffer,
): Promise<PresentedKey | 'absent'> {
  const { rows } = await postgres.query<PresentedKey>({
    name: 'find_presented_key',
    text: `
      select id as "keyId", owner_id as "ownerId", scopes, requests_per_minute as "requestsPerMinute",
        coalesce(least(expires_at, case when hash = $1 then null else previous_until end) <= now(), false) as expired,
        coalesce(last_used_at > now() - interval '1 minute', false) as "justUsed"
      from keys where hash = $1 or previous_hash = $1`,
    values: [hash],
  })
  return rows[0] ?? 'absent'
}

/** Of several at the same time, the condition lets one write. */
export async function touchKey(postgres: Pool, keyId: string): Promise<void> {
  await postgres.query({
    name: 'touch_key',
    text: `
      update keys set last_used_at = now()
      where id = $1 and coalesce(last_used_at <= now() - interval '1 minute', true)`,
    values: [keyId],
  })
}

/** @param ownerId whose keys are looked among; null: everybody's */
export async function findKey(
  postgres: Pool | PoolClient,
  ownerId: string | null,
  id: string,
): Promise<StoredKey | 'absent'> {
  const { rows } = await postgres.query<StoredKey>({
    name: 'find_key',
    text: `select ${keyColumns} from keys where id = $1 and ($2::text is null or owner_id = $2)`,
    values: [id, ownerId],
  })
  return rows[0] ?? 'absent'
}

/** As {@link findKey}; until the transaction ends, nobody else changes what was found. */
export async function lockKey(
  client: PoolClient,
  ownerId: string | null,
  id: string,
): Promise<StoredKey | 'absent'> {
  const { rows } = await client.query<StoredKey>({
    name: 'lock_key',
    text: `
      select ${keyColumns} from keys
      where id = $1 and ($2::text is null or owner_id = $2)
      for no key update`,
    values: [id, ownerId],
  })
  return rows[0] ?? 'absent'
}

/** In the list: newest first. */
export type KeyPlace = Pick<StoredKey, 'createdAtMicros' | 'id'>

export async function listKeys(
  postgres: Pool,
  ownerId: string | null,
  limit: number,
  after: KeyPlace | 'start',
): Promise<StoredKey[]> {
  const { rows } = await postgres.query<StoredKey>({
    name: 'list_keys',
    text: `
      select ${keyColumns} from keys
      where ($1::text is null or owner_id = $1)
        and ($3::bigint is null
          or (created_at, id) < (timestamptz 'epoch' + $3::bigint * interval '1 microsecond', $4))
      order by created_at desc, id desc
      limit $2`,
    values:
      after === 'start'
        ? [ownerId, limit, null, null]
        : [ownerId, limit, after.createdAtMicros, after.id],
  })
  return rows
}

/** What is undefined stays; null clears. */
export interface KeyChanges {
  readonly name?: string | undefined
  readonly scopes?: readonly Scope[] | undefined
  readonly expiresAt?: Date | null | undefined
  readonly requestsPerMinute?: number | null | undefined
}

/** Of a key that this transaction has locked, as the next three. */
export async function updateKey(
  client: PoolClient,
  id: string,
  changes: KeyChanges,
): Promise<StoredKey> {
  const { rows } = await client.query<StoredKey>({
    name: 'update_key',
    text: `
      update keys set
        name = coalesce($2, name),
        scopes = coalesce($3, scopes),
        expires_at = case when $4 then $5 else expires_at end,
        requests_per_minute = case when $6 then $7 else requests_per_minute end,
        version = version + 1
      where id = $1
      returning ${keyColumns}`,
    values: [
      id,
      changes.name ?? null,
      changes.scopes ?? null,
      changes.expiresAt !== undefined,
      changes.expiresAt ?? null,
      changes.requestsPerMinute !== undefined,
      changes.requestsPerMinute ?? null,
    ],
  })
  return one(rows)
}

/** The secret that it had opens for so many seconds more, and none before that one. */
export async function rotateKey(
  client: PoolClient,
  id: string,
  secret: Pick<InsertKey, 'hash' | 'prefix'>,
  overlapSeconds: number,
): Promise<StoredKey> {
  const { rows } = await client.query<StoredKey>({
    name: 'rotate_key',
    text: `
      update keys set
        previous_hash = hash,
        previous_until = now() + $4 * interval '1 second',
        hash = $2,
        prefix = $3,
        version = version + 1
      where id = $1
      returning ${keyColumns}`,
    values: [id, secret.hash, secret.prefix, overlapSeconds],
  })
  return one(rows)
}

/** From its commit on, whoever looks the key up on this server does not find it. */
export async function revokeKey(client: PoolClient, id: string): Promise<StoredKey> {
  const { rows } = await client.query<StoredKey>({
    name: 'revoke_key',
    text: `
      update keys set
        revoked_at = clock_timestamp(),
        hash = sha256(hash),
        previous_hash = null,
        previous_until = null,
        version = version + 1
      where id = $1
      returning ${keyColumns}`,
    values: [id],
  })
  return one(rows)
}

function one<Row>([row]: readonly Row[]): Row {
  if (row === undefined) throw new Error('the key was not locked')
  return row
}
