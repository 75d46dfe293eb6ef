import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  allows,
  isWellFormedKey,
  keyAlphabet,
  keyFromSecret,
  keyPrefix,
  keySecretLength,
  type KeyHolder,
  scopes,
} from './api-key.ts'

const secret = fc
  .array(fc.constantFrom(...Array.from(keyAlphabet)), {
    minLength: keySecretLength,
    maxLength: keySecretLength,
  })
  .map((letters) => letters.join(''))

test('a key is made of its prefix, its secret and a checksum', () => {
  fc.assert(
    fc.property(secret, (secret) => {
      const key = keyFromSecret(secret)
      expect(key.startsWith(keyPrefix + secret)).toBe(true)
      expect(isWellFormedKey(key)).toBe(true)
    }),
  )
})

test('one wrong letter is noticed', () => {
  fc.assert(
    fc.property(
      secret,
      fc.nat(),
      fc.constantFrom(...Array.from(keyAlphabet)),
      (secret, at, letter) => {
        const key = keyFromSecret(secret)
        const place = keyPrefix.length + (at % (key.length - keyPrefix.length))
        const mistyped = key.slice(0, place) + letter + key.slice(place + 1)
        expect(isWellFormedKey(mistyped)).toBe(mistyped === key)
      },
    ),
  )
})

test('two letters swapped are noticed', () => {
  fc.assert(
    fc.property(secret, fc.nat({ max: keySecretLength - 2 }), (secret, at) => {
      const key = keyFromSecret(secret)
      const i = keyPrefix.length + at
      const swapped =
        key.slice(0, i) + key.slice(i + 1, i + 2) + key.slice(i, i + 1) + key.slice(i + 2)
      expect(isWellFormedKey(swapped)).toBe(swapped === key)
    }),
  )
})

test.each([
  '',
  keyPrefix,
  'sw_short',
  `${keyPrefix}${'é'.repeat(38)}`,
  `${keyPrefix}${'0'.repeat(38)}\n`,
])('%j is no key', (text) => expect(isWellFormedKey(text)).toBe(false))

test('a scope allows itself only, and admin everything', () => {
  const holder = (...held: KeyHolder['scopes']): KeyHolder => ({
    keyId: 'k',
    ownerId: 'acme',
    scopes: held,
  })
  for (const held of scopes)
    for (const needed of scopes)
      expect(allows(holder(held), needed)).toBe(held === needed || held === 'admin')
  expect(allows(holder(), 'links:read')).toBe(false)
})
