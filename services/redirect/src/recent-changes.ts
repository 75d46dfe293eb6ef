import type { CachedLink } from '@sleepwell/contracts/cached-link'

/** One row of the change feed. */
export interface LinkChange {
  readonly position: number
  readonly domain: string
  readonly slug: string
  readonly deleted: boolean
  readonly blocked: boolean
  /** Milliseconds since the epoch, by the database's clock. */
  readonly changedAt: number
}

/** What the feed last said about a slug. */
export interface SlugState {
  readonly position: number
  readonly deleted: boolean
  readonly blocked: boolean
  /** No state below it may be served again; 0 if none is known to have been deleted. */
  readonly deletedUpTo: number
}

/**
 * What a change alone tells of a link: that it is deleted or blocked. Undefined: whatever else became of it, only a
 * database can tell.
 */
export function endedBy(
  link: CachedLink,
  { position, deleted, blocked }: Pick<LinkChange, 'position' | 'deleted' | 'blocked'>,
): CachedLink | undefined {
  const ends = deleted || (blocked && !link.deleted)
  return ends ? { ...link, deleted, blocked, position } : undefined
}

/** The end of the change feed, kept in memory: what a read that raced a change is judged by. */
export interface RecentChanges {
  /** Takes rows in any order, also again; returns those that are news. */
  readonly apply: (changes: readonly LinkChange[]) => LinkChange[]
  readonly of: (key: string) => SlugState | undefined
  /** Whether no change that came in the last so many milliseconds is forgotten: else {@link of} proves nothing. */
  readonly reachBack: (ms: number) => boolean
  /** The last one that was noticed; a count of 0 if none was. */
  readonly takeover: () => Takeover
  /** The latest of each slug, those included that come before the last one was taken. */
  readonly all: () => Iterable<LinkChange>
}

/** Another primary has taken over. Perhaps it has not all that the one before had: what was read there may never have been. */
export interface Takeover {
  readonly count: number
  /** Milliseconds, monotonic. */
  readonly at: number
}

/** Of the primary that gave a position: a promotion begins a new one. */
const timelineOf = (position: number) => Math.floor(position / 2 ** 40)

/** How far back the feed begins. Longer than any read of a link can last, or any replica that is read can lag. */
export const recentMs = 10 * 60_000
/** Longer, so that a feed which begins anew, by another clock, does not begin with what is forgotten. */
const rememberedMs = recentMs + 60_000
/** Some 60 MB. */
const maxRemembered = 200_000

interface Remembered extends SlugState {
  readonly change: LinkChange
  readonly at: number
  deletedUpTo: number
}

export function linkKey(domain: string, slug: string): string {
  return `${domain}/${slug}`
}

/** @param now milliseconds, monotonic */
export function createRecentChanges(now: () => number, max = maxRemembered): RecentChanges {
  // In the order in which they came.
  const latest = new Map<string, Remembered>()
  const forgotten = { at: -Infinity, position: 0 }
  let timeline: number | undefined
  let takeover: Takeover = { count: 0, at: -Infinity }
  const forget = (position: number, at: number) => {
    forgotten.at = Math.max(forgotten.at, at)
    forgotten.position = Math.max(forgotten.position, position)
  }
  return {
    apply: (changes) => {
      const at = now()
      const news: LinkChange[] = []
      for (const change of changes.toSorted((a, b) => a.position - b.position)) {
        const key = linkKey(change.domain, change.slug)
        const its = timelineOf(change.position)
        if (its > (timeline ?? its)) takeover = { count: takeover.count + 1, at }
        timeline = Math.max(its, timeline ?? its)
        const known = latest.get(key)
        if (known !== undefined && known.position > change.position) {
          if (change.deleted) known.deletedUpTo = Math.max(known.deletedUpTo, change.position)
          continue
        }
        if (known?.position !== change.position) news.push(change)
        // A later state of the slug may be among what is forgotten; this one must not be taken for the latest.
        if (known === undefined && change.position <= forgotten.position) {
          forget(change.position, at)
          continue
        }
        latest.delete(key) // to the young end
        const { position, deleted, blocked } = change
        const deletedUpTo = deleted ? position : (known?.deletedUpTo ?? 0)
        latest.set(key, { position, deleted, blocked, deletedUpTo, change, at })
      }
      for (const [key, entry] of latest) {
        if (entry.at >= at - rememberedMs && latest.size <= max) break
        latest.delete(key)
        forget(entry.position, entry.at)
      }
      return news
    },
    of: (key) => latest.get(key),
    reachBack: (ms) => now() - ms > forgotten.at,
    takeover: () => takeover,
    *all() {
      for (const { change } of latest.values()) yield change
    },
  }
}
