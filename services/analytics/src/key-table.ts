// What analytics may see of the links database: keys by their hash, and whose a link is.
import type { KeyHolder, Scope } from '@sleepwell/contracts/api-key'
import type { Pool } from 'pg'

export interface StoredKey extends KeyHolder {
  readonly expiresAt: Date | null
}

/**
 * Also by the secret before the last rotation, which may expire sooner than the key. A revoked key has a hash that no
 * secret has.
 *
 * @param hash SHA-256 of the whole key
 */
export async function findKey(pool: Pool, hash: Buffer): Promise<StoredKey | 'absent'> {
  const { rows } = await pool.query<{
    keyId: string
    ownerId: string
    scopes: Scope[]
    expiresAt: Date | null
  }>({
    name: 'find_key',
    text: `
      select id as "keyId", owner_id as "ownerId", scopes,
        least(expires_at, case when hash = $1 then null else previous_until end) as "expiresAt"
      from keys
      where hash = $1 or previous_hash = $1`,
    values: [hash],
  })
  return rows[0] ?? 'absent'
}

/** Deleted links count too: their clicks stay in the reports. */
export async function findOwnLink(
  pool: Pool,
  ownerId: string,
  linkId: string,
): Promise<{ readonly id: string } | 'absent'> {
  const { rows } = await pool.query<{ id: string }>({
    name: 'find_own_link',
    text: 'select id from links where id = $1 and owner_id = $2',
    values: [linkId, ownerId],
  })
  return rows[0] ?? 'absent'
}
