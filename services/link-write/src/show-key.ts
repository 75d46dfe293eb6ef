import type { Key } from '@sleepwell/contracts/key'
import type { StoredKey } from './key-table.ts'

/** A key as the API shows it. */
export function showKey(key: StoredKey): Key {
  return {
    id: key.id,
    ownerId: key.ownerId,
    name: key.name,
    prefix: key.prefix,
    scopes: [...key.scopes],
    requestsPerMinute: key.requestsPerMinute,
    version: key.version,
    createdAt: key.createdAt.toISOString(),
    expiresAt: key.expiresAt?.toISOString() ?? null,
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    previousUntil: key.previousUntil?.toISOString() ?? null,
    revokedAt: key.revokedAt?.toISOString() ?? null,
  }
}
