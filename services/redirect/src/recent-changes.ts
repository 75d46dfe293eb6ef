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
}

/** How long a change is remembered. Longer than any read of a link can last, or any replica that is read can lag. */
export const recentMs = 10 * 60_000

export function linkKey(domain: string, slug: string): string {
  return `${domain}/${slug}`
}

/** @param now milliseconds, monotonic */
export function createRecentChanges(now: () => number): RecentChanges {
  const applied = new Map<number, number>() // position → when; insertion order is age
  const states = new Map<string, SlugState & { readonly at: number }>()
  return {
    apply: (changes) => {
      const at = now()
      forget(applied, (when) => when, at - recentMs)
      forget(states, (state) => state.at, at - recentMs)
      const news: LinkChange[] = []
      for (const change of changes.toSorted((a, b) => a.position - b.position)) {
        if (applied.has(change.position)) continue
        applied.set(change.position, at)
        const key = linkKey(change.domain, change.slug)
        if ((states.get(key)?.position ?? 0) > change.position) continue
        states.delete(key) // to the young end
        states.set(key, { position: change.position, deleted: change.deleted, at })
        news.push(change)
      }
      return news
    },
    of: (key) => states.get(key),
  }
}

function forget<K, V>(map: Map<K, V>, ageOf: (value: V) => number, before: number): void {
  for (const [key, value] of map) {
    if (ageOf(value) >= before) return
    map.delete(key)
  }
}
