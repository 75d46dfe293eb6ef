import type { Domains } from '@sleepwell/contracts/domain'
import type { Link } from '@sleepwell/contracts/link'
import type { StoredLink } from './link-table.ts'

/** A link as the API shows it. */
export function showLink(link: StoredLink, domains: Domains): Link {
  return {
    id: link.id,
    slug: link.slug,
    domain: domains.hostname(link.domain),
    shortLink: domains.shortLink(link.domain, link.slug),
    destination: link.destination,
    title: link.title,
    tags: [...link.tags],
    startsAt: link.startsAt?.toISOString() ?? null,
    expiresAt: link.expiresAt?.toISOString() ?? null,
    maxClicks: link.maxClicks,
    forwardQuery: link.forwardQuery,
    redirectStatus: link.redirectStatus,
    cacheSeconds: link.cacheSeconds,
    blocked: link.blocked,
    version: link.version,
    createdAt: link.createdAt.toISOString(),
    updatedAt: link.updatedAt.toISOString(),
  }
}

export function etagOf(version: number): string {
  return `"${version}"`
}
