import type { Preview, RedirectStatus } from '@sleepwell/contracts/link'
import type { ProblemCode } from '@sleepwell/contracts/problem'

/** What a link asks of redirect. */
export interface LinkRules {
  readonly startsAt: Date | null
  readonly expiresAt: Date | null
  readonly maxClicks: number | null
  readonly forwardQuery: boolean
  readonly redirectStatus: RedirectStatus
  readonly cacheSeconds: number
  readonly expiredDestination: string | null
  readonly forwardPath: boolean
  readonly noindex: boolean
  readonly preview: Preview | null
}

export interface BrokenRule {
  readonly code: ProblemCode
  readonly field: keyof LinkRules
  readonly message: string
}

/** Those that concern two fields, so that a change of one is judged together with the other as it is stored. */
export function brokenRule(
  rules: Pick<LinkRules, 'startsAt' | 'expiresAt' | 'maxClicks' | 'cacheSeconds'>,
): BrokenRule | undefined {
  const { startsAt, expiresAt, maxClicks, cacheSeconds } = rules
  if (startsAt !== null && expiresAt !== null && startsAt >= expiresAt)
    return { code: 'starts_after_expiry', field: 'startsAt', message: 'must lie before expiresAt' }
  // A redirect out of a browser's cache asks for no claim.
  if (maxClicks !== null && cacheSeconds > 0)
    return {
      code: 'limited_link_cached',
      field: 'cacheSeconds',
      message: 'must be 0 where there is maxClicks',
    }
}

/** Every URL that a link leads somebody to, or shows. */
export function destinationsOf(
  link: Pick<LinkRules, 'expiredDestination' | 'preview'> & { readonly destination: string },
): string[] {
  const { destination, expiredDestination, preview } = link
  return [destination, expiredDestination, preview?.image].filter(
    (href) => typeof href === 'string',
  )
}
