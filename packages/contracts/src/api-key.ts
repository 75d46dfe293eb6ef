import { crc32 } from 'node:zlib'

export const scopes = [
  'links:read',
  'links:create',
  'links:write',
  'reports:read',
  'keys:read',
  'keys:write',
  'audit:read',
  'admin',
] as const
export type Scope = (typeof scopes)[number]

/** Whom a key speaks for. */
export interface KeyHolder {
  readonly keyId: string
  readonly ownerId: string
  readonly scopes: readonly Scope[]
}

/** Secret scanners find keys by it. */
export const keyPrefix = 'sw_'

/** base62; 32 characters are 190 bits, above what a slow hash would add anything to. */
export const keyAlphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
export const keySecretLength = 32
/** Characters of a key by which people tell theirs apart: four of the secret, so that 166 bits stay. */
export const shownPrefixLength = keyPrefix.length + 4
const checksumLength = 6

const keyPattern = new RegExp(`^${keyPrefix}[0-9A-Za-z]{${keySecretLength + checksumLength}}$`)

/** Adds the checksum, by which a mistyped key is refused without a query. */
export function keyFromSecret(secret: string): string {
  return keyPrefix + secret + checksum(secret)
}

export function isWellFormedKey(key: string): boolean {
  if (!keyPattern.test(key)) return false
  const secret = key.slice(keyPrefix.length, keyPrefix.length + keySecretLength)
  return key.endsWith(checksum(secret))
}

export function allows(holder: KeyHolder, scope: Scope): boolean {
  return holder.scopes.includes(scope) || holder.scopes.includes('admin')
}

function checksum(secret: string): string {
  let rest = crc32(secret)
  let text = ''
  for (let i = 0; i < checksumLength; i++) {
    text = (keyAlphabet[rest % keyAlphabet.length] ?? '') + text
    rest = Math.floor(rest / keyAlphabet.length)
  }
  return text
}
