import { randomInt } from 'node:crypto'
import { isReservedSlug, mintedSlugLength, slugAlphabet } from '@sleepwell/contracts/slug'

export interface Minting {
  /** Of the random part. */
  readonly length: number
  readonly prefix: string
}

export const defaultMinting: Minting = { length: mintedSlugLength, prefix: '' }

export type MintSlug = (minting: Minting) => string

/**
 * Random, so that nobody can walk through the links of others.
 *
 * @param below a random integer from 0 to its argument - 1, each equally likely
 */
export function mintSlug(
  { length, prefix }: Minting = defaultMinting,
  below: (limit: number) => number = randomInt,
): string {
  for (;;) {
    let slug = prefix
    for (let i = 0; i < length; i++) slug += slugAlphabet[below(slugAlphabet.length)]
    // "metrics" is seven letters too.
    if (!isReservedSlug(slug)) return slug
  }
}
