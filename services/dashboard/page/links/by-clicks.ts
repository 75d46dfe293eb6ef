// Links in the order of their clicks. Clicks are another service's than links: those that have some are asked for by their
// ids, and all others are what a list of links has beside them.
import type { Link } from '@sleepwell/contracts/link'

export interface Place {
  /** Ids of all links with clicks, in the order in which they are listed. */
  readonly ranking: readonly string[]
  /** How many of those have been asked for. */
  readonly counted: number
  /** Of the list in which the others are found; undefined: its end. */
  readonly cursor: string | undefined
}

interface Query {
  readonly id?: string
  readonly cursor?: string
  readonly limit: number
}

export type AskForLinks = (
  query: Query,
) => Promise<{ readonly links: readonly Link[]; readonly nextCursor: string | null }>

/** As many as one answer has, and one request names. */
const atOnce = 100
/** A page of fewer is no page, unless it is the last. */
const enough = 50

/** @param counts human clicks by the id of a link */
export function startOf(counts: ReadonlyMap<string, number>, order: 'asc' | 'desc'): Place {
  const sign = order === 'asc' ? 1 : -1
  const ranked = [...counts].toSorted(([, one], [, other]) => sign * (one - other))
  return { ranking: ranked.map(([id]) => id), counted: 0, cursor: '' }
}

/** @returns the next links, and where those after them begin; undefined: there are none */
export async function readPage(
  from: Place,
  order: 'asc' | 'desc',
  ask: AskForLinks,
): Promise<{ readonly links: readonly Link[]; readonly next: Place | undefined }> {
  const links: Link[] = []
  const ranks = new Map(from.ranking.map((id, rank) => [id, rank]))
  let place = from
  while (!isOver(place) && links.length < enough) {
    const { ranking, counted, cursor } = place
    if (isAmongCounted(place, order)) {
      const ids = ranking.slice(counted, counted + atOnce)
      const { links: found } = await ask({ id: ids.join(), limit: atOnce })
      const rankOf = ({ id }: Link) => ranks.get(id) ?? 0
      links.push(...found.toSorted((one, other) => rankOf(one) - rankOf(other)))
      place = { ...place, counted: counted + ids.length }
    } else {
      const { links: found, nextCursor } = await ask({
        limit: atOnce,
        ...(cursor !== undefined && cursor !== '' && { cursor }),
      })
      links.push(...found.filter(({ id }) => !ranks.has(id)))
      place = { ...place, cursor: nextCursor ?? undefined }
    }
  }
  return { links, next: isOver(place) ? undefined : place }
}

function isOver({ ranking, counted, cursor }: Place): boolean {
  return counted === ranking.length && cursor === undefined
}

function isAmongCounted({ ranking, counted, cursor }: Place, order: 'asc' | 'desc'): boolean {
  return counted < ranking.length && (order === 'desc' || cursor === undefined)
}
