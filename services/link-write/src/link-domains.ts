import type { Domains } from '@sleepwell/contracts/domain'

/** Where short links live, and where they may not lead. */
export interface LinkDomains extends Domains {
  /** The entry of the operator's list that blocks it, if one does. */
  readonly entryAgainst: (href: string) => string | undefined
}
