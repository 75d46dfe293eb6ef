import { defaultDomain, type Domains } from '@sleepwell/contracts/domain'
import type { DomainList } from '@sleepwell/contracts/domain-routes'

/** Domains as the API shows them. */
export function showDomains(domains: Domains): DomainList {
  return {
    domains: domains.names.map((name) => ({
      domain: domains.hostname(name),
      origin: domains.origin(name),
      isDefault: name === defaultDomain,
      ...domains.destinationsOf(name),
    })),
  }
}
