import { hostOf } from './destination.ts'
import type { DomainDestinations, DomainSetting } from './domain-setting.ts'

/**
 * How the default domain is written in tables, cache keys and the change feed: by a name that no host has, so that
 * a system keeps its links when its `PUBLIC_URL` changes.
 */
export const defaultDomain = '@'

/** The hosts on which short links live: the one of `PUBLIC_URL`, and further domains. */
export interface Domains {
  /** Stored name of a host as visitors spell it; an unknown host is the default domain. */
  readonly ofHost: (host: string | undefined) => string
  /** Stored name of a domain that a client asks for, or `'unknown'`. */
  readonly named: (host: string) => string
  /** Host name to show for a stored name. */
  readonly hostname: (domain: string) => string
  /** Origin of its short links. */
  readonly origin: (domain: string) => string
  /** What people paste. */
  readonly shortLink: (domain: string, slug: string) => string
  readonly destinationsOf: (domain: string) => DomainDestinations
  /** Stored names, the default domain first. */
  readonly names: readonly string[]
  /** Every host name that is ours: no destination may lead back to it. */
  readonly own: ReadonlySet<string>
}

const nowhere: DomainDestinations = { home: null, notFound: null, expired: null }

/**
 * @param publicUrl origin of the default domain, such as `https://go.example.com`
 * @param further hosts beside it; it may be among them, for its destinations
 */
export function createDomains(
  publicUrl: string,
  further: readonly (string | DomainSetting)[],
): Domains {
  const defaultOrigin = new URL(publicUrl).origin
  const defaultHost = hostOf(publicUrl) ?? ''
  const destinations = new Map<string, DomainDestinations>()
  for (const one of further) {
    const { host, home, notFound, expired } =
      typeof one === 'string' ? { host: one, ...nowhere } : one
    const name = hostOf(host) ?? host
    destinations.set(name === defaultHost ? defaultDomain : name, { home, notFound, expired })
  }
  const others = new Set(destinations.keys())
  others.delete(defaultDomain)
  const originOf = (domain: string) =>
    domain === defaultDomain ? defaultOrigin : `https://${domain}`
  return {
    ofHost: (host) => {
      // Nearly every deployment has one domain; then no Host is even parsed.
      if (host === undefined || others.size === 0) return defaultDomain
      const name = hostOf(host)
      return name !== undefined && others.has(name) ? name : defaultDomain
    },
    named: (host) => {
      const name = hostOf(host)
      if (name === defaultHost) return defaultDomain
      return name !== undefined && others.has(name) ? name : 'unknown'
    },
    hostname: (domain) => (domain === defaultDomain ? defaultHost : domain),
    origin: originOf,
    shortLink: (domain, slug) => `${originOf(domain)}/${slug}`,
    destinationsOf: (domain) => destinations.get(domain) ?? nowhere,
    names: [defaultDomain, ...others],
    own: new Set([defaultHost, ...others]),
  }
}
