// Links for a server that knows nothing but a map: a key and a destination a line, as HAProxy and Apache read them.
import { defaultDomain } from '@sleepwell/contracts/domain'
import type { ExportedLink } from './export-table.ts'

/** `host/slug destination`; undefined for a link that is no plain redirect just now. */
export function mapLine(link: ExportedLink, defaultHost: string, now: Date): string | undefined {
  const { startsAt, expiresAt, maxClicks, blocked } = link
  // Nobody there counts, and nobody looks at the clock.
  if (blocked || maxClicks !== null) return undefined
  if (startsAt !== null && startsAt > now) return undefined
  if (expiresAt !== null && expiresAt <= now) return undefined
  const host = link.domain === defaultDomain ? defaultHost : link.domain
  return `${host}/${link.slug} ${link.destination}`
}
