import { createHash } from 'node:crypto'
import { isWellFormedKey } from '@sleepwell/contracts/api-key'
import { isUnavailable, type KeyOutcome } from '@sleepwell/runtime/express-api'
import { errorFields, type Logger } from '@sleepwell/runtime/log'
import type { PresentedKey } from './key-table.ts'

/** Who asks. */
export type Caller = Omit<PresentedKey, 'expired' | 'justUsed'>

export interface AuthenticateDeps {
  readonly findKey: (hash: Buffer) => Promise<PresentedKey | 'absent'>
  /** Notes that the key was used. */
  readonly touchKey: (keyId: string) => Promise<void>
  readonly log: Logger
}

/** Whose key it is. Only its hash is stored; with 190 random bits in the key, a fast one is enough. */
export function createAuthenticate({ findKey, touchKey, log }: AuthenticateDeps) {
  const touching = new Set<string>()

  // Nobody waits for it, and at most one is under way for each key.
  function touch(keyId: string): void {
    if (touching.has(keyId)) return
    touching.add(keyId)
    touchKey(keyId)
      .catch((error: unknown) => log.warn(errorFields(error), 'use of a key not noted'))
      .finally(() => touching.delete(keyId))
  }

  return async (key: string): Promise<KeyOutcome<Caller>> => {
    if (!isWellFormedKey(key)) return 'unknown'
    try {
      const stored = await findKey(hashOfKey(key))
      if (stored === 'absent') return 'unknown'
      if (stored.expired) return 'expired'
      if (!stored.justUsed) touch(stored.keyId)
      const { keyId, ownerId, scopes, requestsPerMinute } = stored
      return { keyId, ownerId, scopes, requestsPerMinute }
    } catch (error) {
      if (!isUnavailable(error)) throw error
      log.warn(errorFields(error), 'keys cannot be read')
      return 'unavailable'
    }
  }
}

export function hashOfKey(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}
