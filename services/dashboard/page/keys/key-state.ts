import type { Key } from '@sleepwell/contracts/key'
import { showDuration } from '../report/format.ts'

const soonMs = 14 * 86_400_000

export interface KeyState {
  readonly look: '' | 'good' | 'warn' | 'bad'
  readonly words: string
  /** It opens nothing any more. */
  readonly ended: boolean
}

export function stateOf(
  { revokedAt, expiresAt, previousUntil }: Pick<Key, 'revokedAt' | 'expiresAt' | 'previousUntil'>,
  now: number,
): KeyState {
  if (revokedAt !== null) return { look: '', words: 'Revoked', ended: true }
  const left = expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt) - now
  if (left <= 0) return { look: 'bad', words: 'Expired', ended: true }
  if (previousUntil !== null && Date.parse(previousUntil) > now) {
    const overlap = showDuration(Date.parse(previousUntil) - now)
    return { look: 'warn', words: `Old secret for ${overlap} more`, ended: false }
  }
  if (left < soonMs)
    return { look: 'warn', words: `Expires in ${showDuration(left)}`, ended: false }
  return { look: 'good', words: 'Active', ended: false }
}
