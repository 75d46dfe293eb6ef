import { randomInt } from 'node:crypto'
import {
  keyAlphabet,
  keyFromSecret,
  keySecretLength,
  type Scope,
  scopes as allScopes,
  shownPrefixLength,
} from '@sleepwell/contracts/api-key'
import { OwnerId } from '@sleepwell/contracts/key'
import { v7 as uuidv7 } from 'uuid'
import { hashOfKey } from './authenticate.ts'
import type { InsertKey } from './key-table.ts'

export type KeyRequest = Pick<InsertKey, 'ownerId' | 'scopes' | 'expiresAt'> &
  Partial<Pick<InsertKey, 'name' | 'requestsPerMinute'>>

export interface MintedKey extends Pick<InsertKey, 'hash' | 'prefix'> {
  readonly secret: string
}

/** The only time that the key itself is seen. */
export function mintKey(): MintedKey {
  let random = ''
  for (let i = 0; i < keySecretLength; i++) random += keyAlphabet[randomInt(keyAlphabet.length)]
  const secret = keyFromSecret(random)
  return { secret, hash: hashOfKey(secret), prefix: secret.slice(0, shownPrefixLength) }
}

/** Resolves to the secret. */
export async function issueKey(
  request: KeyRequest,
  insertKey: (key: InsertKey) => Promise<unknown>,
): Promise<string> {
  const { secret, ...minted } = mintKey()
  await insertKey({ id: uuidv7(), name: null, requestsPerMinute: null, ...request, ...minted })
  return secret
}

export function readOwner(text: string): string | undefined {
  return OwnerId.safeParse(text).data
}

/** Comma-separated. */
export function readScopes(text: string): readonly Scope[] | undefined {
  const names = text.split(',').map((name) => name.trim())
  const known = names.flatMap((name) => allScopes.filter((scope) => scope === name))
  return known.length === names.length ? [...new Set(known)] : undefined
}

export function readExpiry(text: string, now: number): Date | undefined {
  const at = Date.parse(text)
  return /^\d{4}-\d\d-\d\d/u.test(text) && at > now ? new Date(at) : undefined
}
