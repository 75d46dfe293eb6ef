// Pages of links that are loaded: to read all of them anew for one change would be a request for each.
import type { Link } from '@sleepwell/contracts/link'
import type { Place } from './by-clicks.ts'

interface Page {
  readonly links: readonly Link[]
}

export interface LinkPage {
  readonly links: readonly Link[]
  /** Where those after them begin; undefined: there are none. */
  readonly next: string | Place | undefined
}

interface Loaded<One extends Page> {
  readonly pages: One[]
  readonly pageParams: unknown[]
}

/** As many are read anew without a thought. */
const few = 3

export function isShort(loaded: Loaded<Page> | undefined): boolean {
  return loaded === undefined || loaded.pages.length <= few
}

export function firstPageOf<One extends Page>({ pages, pageParams }: Loaded<One>) {
  return { pages: pages.slice(0, 1), pageParams: pageParams.slice(0, 1) }
}

/** @param found what is still listed of the links with these ids, as it is now */
export function withChanged<One extends Page>(
  { pages, pageParams }: Loaded<One>,
  ids: readonly string[],
  found: readonly Link[],
) {
  const asked = new Set(ids)
  const now = new Map(found.map((link) => [link.id, link]))
  const changed = (link: Link) => (asked.has(link.id) ? (now.get(link.id) ?? []) : link)
  return {
    pages: pages.map((page) => ({ ...page, links: page.links.flatMap(changed) })),
    pageParams,
  }
}
