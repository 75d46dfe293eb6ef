import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  apiRoutes,
  isReservedSlug,
  isSlug,
  maxSlugLength,
  mintedSlugLength,
  redirectRoutes,
  Slug,
  slugAlphabet,
} from './slug.ts'

test.each(['a', '7', 'Spring-2026', 'a_b', 'a--b', 'a'.repeat(maxSlugLength)])(
  '%s is a slug',
  (slug) => {
    expect(isSlug(slug)).toBe(true)
    expect(Slug.safeParse(slug).success).toBe(true)
  },
)

test.each([
  '',
  '-a',
  'a-',
  '_',
  'a b',
  'a/b',
  'a%2Fb',
  'a.b',
  'a\n',
  'a\u0000',
  'é',
  '🦊',
  '__proto__',
  'a'.repeat(maxSlugLength + 1),
])('%j is none', (slug) => {
  expect(isSlug(slug)).toBe(false)
  expect(Slug.safeParse(slug).success).toBe(false)
})

test('a slug needs no encoding in a path, and means the same after decoding', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 70 }), (text) => {
      if (!isSlug(text)) return
      expect(encodeURIComponent(text)).toBe(text)
      expect(new URL(`https://example.com/${text}`).pathname).toBe(`/${text}`)
    }),
  )
  expect(isSlug('..')).toBe(false)
})

test('letters of minted slugs are distinct, unlike each other, and slugs', () => {
  expect(new Set(slugAlphabet).size).toBe(slugAlphabet.length)
  expect(slugAlphabet).not.toMatch(/[0Oo1Il]/u)
  expect(isSlug(slugAlphabet.slice(0, mintedSlugLength))).toBe(true)
})

test('our own paths are reserved in every case', () => {
  for (const route of [...redirectRoutes, ...apiRoutes]) {
    expect(isReservedSlug(route)).toBe(true)
    expect(isReservedSlug(route.toUpperCase())).toBe(true)
  }
  expect(isReservedSlug('v10')).toBe(false)
})
