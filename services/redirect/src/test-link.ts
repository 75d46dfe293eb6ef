// For tests: a link that asks nothing of redirect, and what is found in short.
import type { CachedLink } from '@sleepwell/contracts/cached-link'
import type { Resolution } from './resolve-link.ts'

export const noRules = {
  startsAt: null,
  expiresAt: null,
  limited: false,
  forwardQuery: false,
  status: 302,
  cacheSeconds: 0,
  expiredDestination: null,
  forwardPath: false,
  noindex: false,
  preview: null,
  blocked: false,
  deleted: false,
} as const satisfies Partial<CachedLink>

/** Where it leads, or why nowhere. */
export function inShort(resolution: Resolution): string {
  if (typeof resolution !== 'object') return resolution
  return 'expired' in resolution ? 'gone' : resolution.destination
}
