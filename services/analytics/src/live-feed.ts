// Clicks as they come into the reports, told once a second. However many follow, the database is asked once a second,
// and once more for each who comes back and must be told what he missed.
import type { LiveClicks, LiveGap } from '@sleepwell/contracts/report'
import { every } from '@sleepwell/runtime/every'
import { showPosition, type LivePosition } from './live-position.ts'
import type { LiveCount, LiveQuery, LiveRead } from './live-table.ts'

export interface LiveDeps {
  readonly readLiveClicks: (query: LiveQuery) => Promise<LiveRead>
  /** The first in a row. */
  readonly failed: (error: unknown) => void
  readonly pauseMs?: number
  readonly checkEveryMs?: number
}

export interface Follower {
  readonly ownerId: string
  /** Absent: all links of the owner. */
  readonly linkId: string | undefined
  /** What he has seen; `'unknown'`: he says something that no event had. */
  readonly since: LivePosition | 'unknown' | undefined
  /** One event or comment; what cannot be sent is not kept. */
  readonly send: (text: string) => void
  /** Whether his key still allows it; asked at times. */
  readonly mayGoOn: () => Promise<boolean>
  readonly end: () => void
}

export interface LiveFeed extends AsyncDisposable {
  /** Resolves to how to leave; `'full'` if no more can follow. */
  readonly follow: (follower: Follower) => (() => void) | 'full'
  readonly followers: () => number
}

/** Half of them for one owner at most. */
const maxFollowers = 200
const maxLinks = 1000
/** Proxies cut what is silent for a minute, and a position gets old. */
const quietTicks = 15
/** A revoked key ends within a second. */
const checkEveryMs = 500

interface Place {
  since: Follower['since']
  quiet: number
}

export function createLiveFeed(deps: LiveDeps): LiveFeed {
  const places = new Map<Follower, Place>()
  const open = new AsyncDisposableStack()
  let told: LivePosition | undefined
  let closed = false

  async function tick(): Promise<void> {
    const present = [...places]
    const before = told
    if (present.length === 0) return void (told = undefined)
    const owners = [...new Set(present.map(([{ ownerId }]) => ownerId))]
    const read = await deps.readLiveClicks({ owners, since: before })
    told = read.position
    const counts = Map.groupBy(read.counts, ({ ownerId }) => ownerId)
    for (const [follower, place] of present) {
      const { since } = place
      if (since === before) tell(follower, place, read, counts.get(follower.ownerId))
      else if (since === undefined || since === 'unknown') tell(follower, place, read)
      else await catchUp(follower, place, since, read.position)
    }
  }

  /** He was away, or the read before failed half-way. */
  async function catchUp(
    follower: Follower,
    place: Place,
    since: LivePosition,
    until: LivePosition,
  ): Promise<void> {
    const missed = await deps.readLiveClicks({ owners: [follower.ownerId], since, until })
    tell(follower, place, missed, missed.counts)
  }

  async function check(): Promise<void> {
    await Promise.all(
      [...places.keys()].map(async (follower) => {
        // A key that cannot be judged because of a bug is no reason to go on.
        const may = await follower.mayGoOn().catch((error: unknown) => {
          deps.failed(error)
          return false
        })
        if (!may) follower.end()
      }),
    )
  }

  open.use(every(deps.pauseMs ?? 1000, tick, deps.failed))
  open.use(every(deps.checkEveryMs ?? checkEveryMs, check, deps.failed))
  return {
    follow: (follower) => {
      const own = [...places.keys()].filter(({ ownerId }) => ownerId === follower.ownerId)
      if (closed || places.size >= maxFollowers || own.length >= maxFollowers / 2) return 'full'
      places.set(follower, { since: follower.since, quiet: quietTicks })
      return () => places.delete(follower)
    },
    followers: () => places.size,
    [Symbol.asyncDispose]: async () => {
      closed = true
      for (const follower of places.keys()) follower.end()
      await open.disposeAsync()
    },
  }
}

function tell(
  { linkId, send }: Follower,
  place: Place,
  read: LiveRead,
  counts: readonly LiveCount[] = [],
): void {
  const id = showPosition(read.position)
  const at = read.at.toISOString()
  const gap = place.since === 'unknown' ? 'position_unknown' : place.since && read.gap
  if (gap !== undefined) send(event('gap', id, { at, reason: gap } satisfies LiveGap))
  place.since = read.position
  place.quiet++
  const own = counts.filter((count) => linkId === undefined || count.linkId === linkId)
  if (own.length > 0) send(event('clicks', id, showClicks(at, read, own)))
  else if (place.quiet >= quietTicks) send(`: quiet\nid: ${id}\n\n`)
  else return
  place.quiet = 0
}

function showClicks(at: string, read: LiveRead, counts: readonly LiveCount[]): LiveClicks {
  const sum = (of: 'human' | 'bot') => counts.reduce((all, count) => all + count[of], 0)
  const links = counts.slice(0, maxLinks)
  return {
    at,
    dataThrough: read.dataThrough?.toISOString() ?? null,
    totals: show({ human: sum('human'), bot: sum('bot') }),
    links: links.map(({ linkId, ...count }) => ({ linkId, ...show(count) })),
    linksOmitted: counts.length - links.length,
  }
}

function show({ human, bot }: Pick<LiveCount, 'human' | 'bot'>) {
  return { total: human + bot, human, bot }
}

function event(name: 'clicks' | 'gap', id: string, data: object): string {
  return `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`
}
