import { utmOf } from '@sleepwell/contracts/destination-utm'
import type { Domains } from '@sleepwell/contracts/domain'
import type { Link } from '@sleepwell/contracts/link'
import type { StoredLink } from './link-columns.ts'

/** A link as the API shows it. */
export function showLink(link: StoredLink, domains: Domains): Link {
  return {
    id: link.id,
    slug: link.slug,
    aliases: [...link.aliases],
    domain: domains.hostname(link.domain),
    shortLink: domains.shortLink(link.domain, link.slug),
    destination: link.destination,
    utm: utmOf(link.destination),
    externalId: link.externalId,
    title: link.title,
    notes: link.notes,
    tags: [...link.tags],
    archived: link.archived,
    startsAt: link.startsAt?.toISOString() ?? null,
    expiresAt: link.expiresAt?.toISOString() ?? null,
    maxClicks: link.maxClicks,
    forwardQuery: link.forwardQuery,
    redirectStatus: link.redirectStatus,
    cacheSeconds: link.cacheSeconds,
    expiredDestination: link.expiredDestination,
    forwardPath: link.forwardPath,
    noindex: link.noindex,
    preview: link.preview,
    blocked: link.blocked,
    version: link.version,
    createdAt: link.createdAt.toISOString(),
    updatedAt: link.updatedAt.toISOString(),
    deletedAt: link.deletedAt?.toISOString() ?? null,
  }
}

export function etagOf(version: number): string {
  return `"${version}"`
}
