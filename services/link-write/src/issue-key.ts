import { randomInt } from 'node:crypto'
import {
  keyAlphabet,
  keyFromSecret,
  keySecretLength,
  type Scope,
  scopes as allScopes,
} from '@sleepwell/contracts/api-key'
import { probeLink } from '@sleepwell/contracts/probe-link'
import { v7 as uuidv7 } from 'uuid'
import { hashOfKey } from './authenticate.ts'
import type { InsertKey } from './key-table.ts'

export interface KeyRequest {
  readonly ownerId: string
  readonly scopes: readonly Scope[]
  readonly expiresAt: Date | null
}

/** The only time that the key itself is seen. */
export async function issueKey(
  request: KeyRequest,
  insertKey: (key: InsertKey) => Promise<void>,
): Promise<string> {
  let secret = ''
  for (let i = 0; i < keySecretLength; i++) secret += keyAlphabet[randomInt(keyAlphabet.length)]
  const key = keyFromSecret(secret)
  await insertKey({ id: uuidv7(), ...request, hash: hashOfKey(key) })
  return key
}

/** The probe link has an owner that nobody is. */
export function readOwner(text: string): string | undefined {
  if (text === probeLink.ownerId) return undefined
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/u.test(text) ? text : undefined
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
