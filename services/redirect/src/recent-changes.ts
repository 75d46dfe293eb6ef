/** One row of the change feed. */
export interface LinkChange {
  readonly position: number
  readonly domain: string
  readonly slug: string
  readonly deleted: boolean
  /** Milliseconds since the epoch, by the database's clock. */
  readonly changedAt: number
}

/** What the feed last said about a slug. */
export interface SlugState {
  readonly position: number
  readonly deleted: boolean
}

/** The end of the change feed, kept in memory: what a read that raced a change is judged by. */
export interface RecentChanges {
  /** Takes rows in any order, also again; returns those that are news. */
  readonly apply: (changes: readonly LinkChange[]) => LinkChange[]
  readonly of: (key: string) => SlugState | undefined
  /** The latest of each slug. */
  readonly all: () => Iterable<LinkChange>
}

/** How long a change is remembered. Longer than any read of a link can last, or any replica that is read can lag. */
export const recentMs = 10 * 60_000

export function linkKey(domain: string, slug: string): string {
  return `${domain}/${slug}`
}

/** @param now milliseconds, monotonic */
export function createRecentChanges(now: () => number): RecentChanges {
  const applied = new Map<number, number>() // position → when it was seen last; insertion order is age
  const latest = new Map<string, { readonly change: LinkChange; readonly at: number }>()
  return {
    apply: (changes) => {
      const at = now()
      const renew = (change: LinkChange) => {
        const key = linkKey(change.domain, change.slug)
        if ((latest.get(key)?.change.position ?? 0) > change.position) return false
        latest.delete(key) // to the young end
        latest.set(key, { change, at })
        return true
      }
      const news: LinkChange[] = []
      for (const change of changes.toSorted((a, b) => a.position - b.position)) {
        // An open transaction makes the feed repeat a row for as long as it lasts: it is remembered for as long.
        const isNew = !applied.delete(change.position)
        applied.set(change.position, at)
        if (renew(change) && isNew) news.push(change)
      }
      forget(applied, (when) => when, at - recentMs)
      forget(latest, (entry) => entry.at, at - recentMs)
      return news
    },
    of: (key) => latest.get(key)?.change,
    all: () => [...latest.values()].map(({ change }) => change),
  }
}

function forget<K, V>(map: Map<K, V>, ageOf: (value: V) => number, before: number): void {
  for (const [key, value] of map) {
    if (ageOf(value) >= before) return
    map.delete(key)
  }
}
