/** What the redirect path knows of a link: enough to answer and to record a click, nothing else. */
export interface CachedLink {
  readonly id: string
  readonly ownerId: string
  readonly destination: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number | null
  readonly deleted: boolean
  /** Where in the change feed this state of the link stands: of two states the one with the higher position is later. */
  readonly position: number
}
