import type { KeyHolder, Scope } from '@sleepwell/contracts/api-key'
import type { ClientBase, Pool } from 'pg'

export interface InsertKey {
  readonly id: string
  readonly ownerId: string
  readonly hash: Buffer
  readonly scopes: readonly Scope[]
  readonly expiresAt: Date | null
}

export async function insertKey(postgres: Pool | ClientBase, key: InsertKey): Promise<void> {
  await postgres.query({
    name: 'insert_key',
    text: `
      insert into keys (id, owner_id, hash, scopes, expires_at) values ($1, $2, $3, $4, $5)`,
    values: [key.id, key.ownerId, key.hash, key.scopes, key.expiresAt],
  })
}

export interface StoredKey extends KeyHolder {
  readonly expired: boolean
  /** Within the last minute. */
  readonly justUsed: boolean
}

export async function findKey(postgres: Pool, hash: Buffer): Promise<StoredKey | 'absent'> {
  const { rows } = await postgres.query<StoredKey>({
    name: 'find_key',
    text: `
      select id as "keyId", owner_id as "ownerId", scopes,
        coalesce(expires_at <= now(), false) as expired,
        coalesce(last_used_at > now() - interval '1 minute', false) as "justUsed"
      from keys where hash = $1`,
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
