// For tests: a link that asks nothing of redirect.
import type { CachedLink } from '@sleepwell/contracts/cached-link'

export const noRules = {
  startsAt: null,
  expiresAt: null,
  limited: false,
  forwardQuery: false,
  status: 302,
  cacheSeconds: 0,
  blocked: false,
  deleted: false,
} as const satisfies Partial<CachedLink>
