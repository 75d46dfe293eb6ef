import { z } from 'zod'
import { RedirectStatus } from './link.ts'

/** What the redirect path knows of a link: enough to answer and to record a click, nothing else. */
export interface CachedLink {
  readonly id: string
  readonly ownerId: string
  readonly destination: string
  /** Milliseconds since the epoch, as {@link expiresAt}. */
  readonly startsAt: number | null
  readonly expiresAt: number | null
  /** Each person needs a claim; how many are left only the primary knows. */
  readonly limited: boolean
  readonly forwardQuery: boolean
  readonly status: RedirectStatus
  /** How long a browser may repeat the answer unasked. */
  readonly cacheSeconds: number
  readonly blocked: boolean
  readonly deleted: boolean
  /** Where in the change feed this state of the link stands: of two states the one with the higher position is later. */
  readonly position: number
}

/** What is kept of a link wherever it is kept: in Redis, and in the snapshot of a redirect process. */
export const CachedLinkFields = z.object({
  id: z.uuid(),
  ownerId: z.string(),
  destination: z.string().regex(/^https?:\/\/[\u0021-\u007e]+$/u),
  startsAt: z.number().nullable(),
  expiresAt: z.number().nullable(),
  limited: z.boolean(),
  forwardQuery: z.boolean(),
  status: RedirectStatus,
  cacheSeconds: z.int(),
  blocked: z.boolean(),
}) satisfies z.ZodType<Omit<CachedLink, 'deleted' | 'position'>>

/** Of the living link of a slug, in Redis, below whatever prefix a deployment has. */
export function cachedLinkKey(domain: string, slug: string): string {
  return `link:${domain}/${slug}`
}

// Version 1 lacks the rules. Each takes the other's for nothing of its own, under one key: a change that replaces
// either by a tombstone leaves none behind that a process of the other version would believe.
const Cached = z.object({
  v: z.literal(2),
  ...CachedLinkFields.shape,
  /** When a database was asked, milliseconds since the epoch. */
  readAt: z.number(),
})

/**
 * A value in Redis: the position, a space, then JSON, or `changed` for a tombstone. The position stands apart so that
 * Redis itself can compare it.
 */
export function encodeCachedLink(link: CachedLink, readAt: number): string {
  const { position, deleted: _living, ...rest } = link
  return `${position} ${JSON.stringify({ v: 2, ...rest, readAt })}`
}

export function encodeTombstone(position: number): string {
  return `${position} changed`
}

/** `'changed'`: a tombstone, which says no more than that older states are out of date. Undefined: not one of ours. */
export function decodeCachedLink(
  value: string,
): { readonly link: CachedLink; readonly readAt: number } | 'changed' | undefined {
  const [, digits, rest] = /^(\d{1,16}) (.*)$/su.exec(value) ?? []
  if (digits === undefined || rest === undefined) return undefined
  if (rest === 'changed') return 'changed'
  const parsed = Cached.safeParse(json(rest))
  if (!parsed.success) return undefined
  const { v: _version, readAt, ...link } = parsed.data
  return { link: { ...link, deleted: false, position: Number(digits) }, readAt }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
