import type { ProblemCode } from '@sleepwell/contracts/problem'

/** By the unique index that objected. */
const conflicts: Readonly<Record<string, ProblemCode>> = {
  links_slug: 'slug_taken',
  links_external_id: 'external_id_taken',
}

/** What a client is told when the database objected to what others have; undefined for all other errors. */
export function conflictOf(error: unknown): ProblemCode | undefined {
  const { code, constraint } = Object(error) as { code?: unknown; constraint?: unknown }
  return code === '23505' && typeof constraint === 'string' ? conflicts[constraint] : undefined
}
