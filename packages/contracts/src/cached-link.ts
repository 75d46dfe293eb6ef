import { z } from 'zod'
import { Preview, RedirectStatus } from './link.ts'

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
  /** Where visitors are led once it has expired or is used up. */
  readonly expiredDestination: string | null
  readonly forwardPath: boolean
  readonly noindex: boolean
  readonly preview: Preview | null
  readonly blocked: boolean
  readonly deleted: boolean
  /** Where in the change feed this state of the link stands: of two states the one with the higher position is later. */
  readonly position: number
}

const Href = z.string().regex(/^https?:\/\/[\u0021-\u007e]+$/u)

// Version 1 lacks the rules, version 2 what may be led elsewhere, forwarded or previewed. Each takes the others' for nothing of
// its own, under one key: a change that replaces either by a tombstone leaves none behind that a process of the other
// version would believe.
const version = 3

/** What is kept of a link wherever it is kept: in Redis, and in the snapshot of a redirect process. */
export const KeptLink = z.object({
  v: z.literal(version),
  id: z.uuid(),
  ownerId: z.string(),
  destination: Href,
  startsAt: z.number().nullable(),
  expiresAt: z.number().nullable(),
  limited: z.boolean(),
  forwardQuery: z.boolean(),
  status: RedirectStatus,
  cacheSeconds: z.int(),
  blocked: z.boolean(),
  // What few links have: where it is absent it takes no room.
  expiredDestination: Href.nullable().default(null),
  forwardPath: z.boolean().default(false),
  noindex: z.boolean().default(false),
  preview: Preview.extend({ image: Href.nullable() }).nullable().default(null),
}) satisfies z.ZodType<Omit<CachedLink, 'deleted' | 'position'>>

/** As it is kept, for JSON. */
export function keptLink<Link extends Omit<CachedLink, 'position'>>(link: Link) {
  return {
    v: version,
    ...link,
    expiredDestination: link.expiredDestination ?? undefined,
    forwardPath: link.forwardPath || undefined,
    noindex: link.noindex || undefined,
    preview: link.preview ?? undefined,
  }
}

/** Of the living link of a slug, in Redis, below whatever prefix a deployment has. */
export function cachedLinkKey(domain: string, slug: string): string {
  return `link:${domain}/${slug}`
}

const Cached = KeptLink.extend({
  /** When a database was asked, milliseconds since the epoch. */
  readAt: z.number(),
})

/**
 * A value in Redis: the position, a space, then JSON, or `changed` for a tombstone. The position stands apart so that
 * Redis itself can compare it.
 */
export function encodeCachedLink(link: CachedLink, readAt: number): string {
  const { position, deleted: _living, ...rest } = keptLink(link)
  return `${position} ${JSON.stringify({ ...rest, readAt })}`
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
