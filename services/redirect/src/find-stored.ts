// The databases, one after the other: the nearest replica first, the primary in the end.
import type { CachedLink } from '@sleepwell/contracts/cached-link'
import type { Server } from '@sleepwell/runtime/database-set'
import type { FindLink } from './find-together.ts'
import type { SlugState } from './recent-changes.ts'

export interface FindStoredDeps {
  /** In the order in which they are to be asked. */
  readonly servers: () => readonly Server[]
  readonly find: FindLink
  /** Whether the primary may be bothered with a slug that a replica does not know. */
  readonly mayAskPrimary: () => boolean
  readonly read: (tier: Server['role'], result: 'hit' | 'miss' | 'failed') => void
  /** Whether every change of the last so many milliseconds is still known. */
  readonly reachBack: (ms: number) => boolean
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** The lag of a replica is looked at once a second, and so is what it is told by. */
const lagErrorMs = 5_000

export interface StoredLink {
  readonly link: CachedLink | 'absent'
  /** Not behind what the change feed knows. */
  readonly current: boolean
  /** Milliseconds since the epoch: no change before then is missing in it. */
  readonly asOf: number
}

/**
 * Asks until a database says something that is not behind the change feed; if all are behind, resolves to what the
 * last one said; `'unavailable'` if none answered. Never rejects.
 *
 * @param known what the feed last said of the slug; asked after each read, because the read may have raced a change
 */
export type FindStored = (
  domain: string,
  slug: string,
  known: () => Pick<SlugState, 'position' | 'deleted'> | undefined,
) => Promise<StoredLink | 'unavailable'>

export function createFindStored(deps: FindStoredDeps): FindStored {
  return async (domain, slug, known) => {
    let found: StoredLink | 'unavailable' = 'unavailable'
    let secondTry = true
    let left = deps.servers()
    for (let server = left[0]; server !== undefined; server = left[0]) {
      const { role } = server
      left = left.slice(1)
      // Before it is asked: it may be long until we run again.
      const asOf = deps.now() - server.lagMs()
      let link: CachedLink | 'absent'
      try {
        link = await deps.find(server, { domain, slug })
      } catch {
        deps.read(role, 'failed')
        continue
      }
      deps.read(role, link === 'absent' ? 'miss' : 'hit')
      // Otherwise nobody can tell whether it is the latest, or deleted long since.
      const errorMs = role === 'replica' ? lagErrorMs : 0
      const judged = deps.reachBack(deps.now() - asOf + errorMs)
      const current = judged && !behind(link, known())
      if (judged) found = { link, current, asOf }
      if (current) {
        if (link !== 'absent' || role === 'primary' || !deps.mayAskPrimary()) return found
        left = left.filter((other) => other.role === 'primary')
      } else if (role === 'primary' && secondTry) {
        // It cannot lag: the read began before the change.
        secondTry = false
        left = [server, ...left]
      }
    }
    return found
  }
}

/** Whether the feed knows of a later state than the one that was read. */
export function behind(
  link: CachedLink | 'absent',
  state: Pick<SlugState, 'position' | 'deleted'> | undefined,
): boolean {
  return state !== undefined && (link === 'absent' || link.position < state.position)
}
