// For tests: a link that asks nothing of redirect.
import type { LinkRules } from './link-rules.ts'

export const noRules: LinkRules = {
  startsAt: null,
  expiresAt: null,
  maxClicks: null,
  forwardQuery: false,
  redirectStatus: 302,
  cacheSeconds: 0,
  expiredDestination: null,
  forwardPath: false,
  noindex: false,
  preview: null,
}

/** And nothing of what people find it by. */
export const plain = { ...noRules, externalId: null, notes: null, archived: false }
