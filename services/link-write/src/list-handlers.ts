import type { Domains } from '@sleepwell/contracts/domain'
import type { LinkCount, LinkPage, TagPage } from '@sleepwell/contracts/link-page'
import type { LinkFilters, linkListRoutes } from '@sleepwell/contracts/link-list-routes'
import type { Handlers } from '@sleepwell/runtime/api-routes'
import type { Request, Response } from 'express'
import type { Caller } from './authenticate.ts'
import type { Cursors, ListIdentity } from './cursors.ts'
import type { LinkFilter, ListedLink, ListOrder, ListPlace, TagCount } from './list-table.ts'
import { domainOf } from './read-link.ts'
import { refuse } from './refuse.ts'
import { showLink } from './show-link.ts'

/** `'too much'`: it would have taken too long. */
export interface ListDeps {
  readonly domains: Domains
  readonly cursors: Cursors
  readonly listLinks: (
    ownerId: string,
    filter: LinkFilter,
    order: ListOrder,
    limit: number,
    after: ListPlace | 'start',
  ) => Promise<ListedLink[] | 'too much'>
  readonly countLinks: (ownerId: string, filter: LinkFilter) => Promise<number | 'too much'>
  readonly countTags: (
    ownerId: string,
    limit: number,
    after: string | null,
  ) => Promise<TagCount[] | 'too much'>
}

export function listHandlers(deps: ListDeps): Handlers<typeof linkListRoutes, Caller> {
  const { domains } = deps
  return {
    listLinks: async ({ req, res, holder: { ownerId }, query }) => {
      const { limit, cursor, sort, order = sort === 'slug' ? 'asc' : 'desc', ...filters } = query
      const filter = filterOf(filters, domains)
      const list = ['links', ownerId, sort, order, filter]
      // One more than asked for tells whether there is a next page.
      const links = enough(
        await deps.listLinks(
          ownerId,
          filter,
          { sort, order },
          limit + 1,
          await placeOf(deps.cursors, list, cursor),
        ),
      )
      const shown = links.slice(0, limit)
      const last = links.length > limit ? shown.at(-1) : undefined
      const nextCursor =
        last === undefined
          ? null
          : await deps.cursors.write(list, { value: last.place, id: last.id })
      sendPage(req, res, { links: shown.map((link) => showLink(link, domains)), nextCursor })
    },
    countLinks: async ({ res, holder: { ownerId }, query }) => {
      const count = enough(await deps.countLinks(ownerId, filterOf(query, domains)))
      res.set('Cache-Control', 'private, no-cache').json({ count } satisfies LinkCount)
    },
    listTags: async ({ req, res, holder: { ownerId }, query: { limit, cursor } }) => {
      const list = ['tags', ownerId]
      const place = await placeOf(deps.cursors, list, cursor)
      const after = place === 'start' ? null : String(place.value)
      const tags = enough(await deps.countTags(ownerId, limit + 1, after))
      const shown = tags.slice(0, limit)
      const last = tags.length > limit ? shown.at(-1) : undefined
      const nextCursor =
        last === undefined ? null : await deps.cursors.write(list, { value: last.tag, id: '' })
      sendPage(req, res, { tags: shown, nextCursor })
    },
  }
}

function filterOf({ id, tag, domain, ...same }: LinkFilters, domains: Domains): LinkFilter {
  return {
    ...same,
    ids: id,
    tags: tag,
    domain: domain === undefined ? undefined : domainOf(domain, domains),
  }
}

export async function placeOf(
  cursors: Cursors,
  list: ListIdentity,
  cursor: string | undefined,
): Promise<ListPlace | 'start'> {
  if (cursor === undefined) return 'start'
  const place = await cursors.read(list, cursor)
  return place === 'invalid' ? refuse('bad_cursor') : place
}

function enough<T extends object | number>(found: T | 'too much'): T {
  return found === 'too much'
    ? refuse('query_too_broad', { detail: 'Search for more characters, or add a filter.' })
    : found
}

function sendPage(req: Request, res: Response, page: LinkPage | TagPage): void {
  if (page.nextCursor !== null) {
    const next = new URLSearchParams(req.query as Record<string, string>)
    next.set('cursor', page.nextCursor)
    res.set('Link', `<${req.path}?${next.toString()}>; rel="next"`)
  }
  res.set('Cache-Control', 'private, no-cache').json(page)
}
