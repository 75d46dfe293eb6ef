import { hostOf } from './destination.ts'

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
  /** What people paste. */
  readonly shortLink: (domain: string, slug: string) => string
  /** Every host name that is ours: no destination may lead back to it. */
  readonly own: ReadonlySet<string>
}

/**
 * @param publicUrl origin of the default domain, such as `https://go.example.com`
 * @param further host names beside it
 */
export function createDomains(publicUrl: string, further: readonly string[]): Domains {
  const origin = new URL(publicUrl).origin
  const defaultHost = hostOf(publicUrl) ?? ''
  const others = new Set(further.map((host) => hostOf(host) ?? host))
  others.delete(defaultHost)
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
    shortLink: (domain, slug) =>
      domain === defaultDomain ? `${origin}/${slug}` : `https://${domain}/${slug}`,
    own: new Set([defaultHost, ...others]),
  }
}
