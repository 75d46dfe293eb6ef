import { expect, test } from '@jest/globals'
import { isSlug, mintedSlugLength, slugAlphabet } from '@sleepwell/contracts/slug'
import { mintSlug } from './mint-slug.ts'

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
    expect(mintSlug(() => index)).toBe(slugAlphabet[index]?.repeat(mintedSlugLength))
})

test('a random integer is asked for each letter, below the number of letters', () => {
  const asked: number[] = []
  mintSlug((limit) => asked.push(limit) - 1)
  expect(asked).toEqual(Array.from({ length: mintedSlugLength }, () => slugAlphabet.length))
})

test('a reserved word is never minted', () => {
  const letters = Array.from('metricsMetricsabcdefg', (letter) => slugAlphabet.indexOf(letter))
  expect(letters).not.toContain(-1)
  expect(mintSlug(() => letters.shift() ?? 0)).toBe('abcdefg')
})
