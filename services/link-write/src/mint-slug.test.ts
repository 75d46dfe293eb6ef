import { expect, test } from '@jest/globals'
import { isSlug, mintedSlugLength, slugAlphabet } from '@sleepwell/contracts/slug'
import { defaultMinting, mintSlug } from './mint-slug.ts'

test('a minted slug is a slug, of the letters without look-alikes', () => {
  for (let i = 0; i < 1000; i++) {
    const slug = mintSlug()
    expect(slug).toHaveLength(mintedSlugLength)
    expect(isSlug(slug)).toBe(true)
    expect(slug).not.toMatch(/[0Oo1Il]/u)
  }
})

test('every letter may be at every place', () => {
  for (let index = 0; index < slugAlphabet.length; index++)
    expect(mintSlug(defaultMinting, () => index)).toBe(
      slugAlphabet[index]?.repeat(mintedSlugLength),
    )
})

test('a random integer is asked for each letter, below the number of letters', () => {
  const asked: number[] = []
  mintSlug(defaultMinting, (limit: number) => asked.push(limit) - 1)
  expect(asked).toEqual(Array.from({ length: mintedSlugLength }, () => slugAlphabet.length))
})

test('a reserved word is never minted', () => {
  const letters = Array.from('metricsMetricsabcdefg', (letter) => slugAlphabet.indexOf(letter))
  expect(letters).not.toContain(-1)
  expect(mintSlug(defaultMinting, () => letters.shift() ?? 0)).toBe('abcdefg')
})

test('a slug has the prefix and the length that were asked for, and is a slug all the same', () => {
  for (const [length, prefix] of [
    [4, ''],
    [32, 'a'.repeat(32)],
    [4, 'spring-'],
    [5, 'x_'],
  ] as const) {
    const slug = mintSlug({ length, prefix })
    expect(slug).toHaveLength(prefix.length + length)
    expect(slug.startsWith(prefix)).toBe(true)
    expect(isSlug(slug)).toBe(true)
  }
})
