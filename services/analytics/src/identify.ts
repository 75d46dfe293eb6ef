import { createHash } from 'node:crypto'
import { isWellFormedKey, type KeyHolder } from '@sleepwell/contracts/api-key'
import { isUnavailable, type KeyOutcome } from '@sleepwell/runtime/express-api'
import type { StoredKey } from './key-table.ts'

export interface IdentifyDeps {
  readonly findKey: (hash: Buffer) => Promise<StoredKey | 'absent'>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** A key seen so recently is still believed while the database is away. */
const believedMs = 10_000

const maxRemembered = 10_000

/** Every request reads its key, so that a revocation is effective at once. */
export function createIdentify({ findKey, now }: IdentifyDeps) {
  const remembered = new Map<string, { readonly key: StoredKey; readonly readAt: number }>()

  async function find(hash: Buffer): Promise<StoredKey | 'absent' | 'unavailable'> {
    const name = hash.toString('base64')
    try {
      const key = await findKey(hash)
      remembered.delete(name)
      if (key !== 'absent') remember(name, key)
      return key
    } catch (error) {
      if (!isUnavailable(error)) throw error
      const before = remembered.get(name)
      return before !== undefined && now() - before.readAt <= believedMs
        ? before.key
        : 'unavailable'
    }
  }

  function remember(name: string, key: StoredKey): void {
    remembered.set(name, { key, readAt: now() })
    const [oldest] = remembered.keys()
    if (remembered.size > maxRemembered && oldest !== undefined) remembered.delete(oldest)
  }

  return async (text: string): Promise<KeyOutcome<KeyHolder>> => {
    if (!isWellFormedKey(text)) return 'unknown'
    const key = await find(createHash('sha256').update(text).digest())
    if (key === 'absent') return 'unknown'
    if (key === 'unavailable') return 'unavailable'
    if (key.expiresAt !== null && key.expiresAt.getTime() <= now()) return 'expired'
    return { keyId: key.keyId, ownerId: key.ownerId, scopes: key.scopes }
  }
}
