// What can be told of a slug before it is asked for.

/** As contracts have it; a test compares them. */
const pattern = /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?$/u

export const slugRule = 'Letters, digits, inner - and _; it begins and ends with a letter or digit.'

export function slugFault(slug: string): string | undefined {
  if (slug.length > 64) return 'At most 64 characters.'
  return pattern.test(slug) ? undefined : slugRule
}

/** Characters that a slug cannot have become hyphens. */
export function toSlug(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Za-z0-9_-]+/gu, '-')
    .replaceAll(/^[-_]+|[-_]+$/gu, '')
    .slice(0, 64)
    .replaceAll(/[-_]+$/gu, '')
}
