// Links for a server that knows nothing but a map: a key and a destination a line, as HAProxy and Apache read them.
import { defaultDomain } from '@sleepwell/contracts/domain'
import type { ExportedLink } from './export-table.ts'

/** `host/slug destination`, for each slug that leads there; none for a link that is no plain redirect just now. */
export function mapLines(link: ExportedLink, defaultHost: string, now: Date): readonly string[] {
  const { startsAt, expiresAt, maxClicks, blocked } = link
  // Nobody there counts, and nobody looks at the clock.
  if (blocked || maxClicks !== null) return []
  if (startsAt !== null && startsAt > now) return []
  if (expiresAt !== null && expiresAt <= now) return []
  const host = link.domain === defaultDomain ? defaultHost : link.domain
  return [link.slug, ...link.aliases].map((slug) => `${host}/${slug} ${link.destination}`)
}
