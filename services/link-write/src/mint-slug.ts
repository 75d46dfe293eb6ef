import { randomInt } from 'node:crypto'
import { isReservedSlug, mintedSlugLength, slugAlphabet } from '@sleepwell/contracts/slug'

/**
 * Random, so that nobody can walk through the links of others.
 *
 * @param below a random integer from 0 to its argument - 1, each equally likely
 */
export function mintSlug(below: (limit: number) => number = randomInt): string {
  for (;;) {
    let slug = ''
    for (let i = 0; i < mintedSlugLength; i++) slug += slugAlphabet[below(slugAlphabet.length)]
    // "metrics" is seven letters too.
    if (!isReservedSlug(slug)) return slug
  }
}
