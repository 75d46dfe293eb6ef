// A link as it stands in the snapshot: every field that it has, and none that this release does not know. What an older
// release would not understand, it must not serve.
import { type CachedLink, KeptLink, keptLink } from '@sleepwell/contracts/cached-link'
import { z } from 'zod'

const State = z.strictObject({
  ...KeptLink.shape,
  deleted: z.boolean(),
  position: z.int().min(0),
}) satisfies z.ZodType<CachedLink>

/** A key has no space in it. */
export function encodeLinkRecord(key: string, link: CachedLink): string {
  return `${key} ${JSON.stringify(keptLink(link))}`
}

export function decodeLinkRecord(
  text: string,
): { readonly key: string; readonly link: CachedLink } | undefined {
  const space = text.indexOf(' ')
  const parsed = State.safeParse(json(text.slice(space + 1)))
  if (!parsed.success || space <= 0) return undefined
  const { v: _version, ...link } = parsed.data
  return { key: text.slice(0, space), link }
}

/** Only the primary may let a click on a limited link through: what cannot ask it has no use for such a link. */
export function mayBeKept(link: CachedLink): boolean {
  return !link.limited
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
