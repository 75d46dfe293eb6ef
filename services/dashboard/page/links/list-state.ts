// The state of the list of links, in its URL.
import { withParams } from '../routing/search.ts'

export const sorts = ['createdAt', 'updatedAt', 'slug', 'clicks'] as const
export type Sort = (typeof sorts)[number]
/** Which links are listed. */
export const shelves = ['active', 'expired', 'archived', 'deleted'] as const
export type Shelf = (typeof shelves)[number]

export interface ListState {
  readonly search: string
  readonly tags: readonly string[]
  readonly domain: string | undefined
  readonly sort: Sort
  readonly order: 'asc' | 'desc'
  readonly shelf: Shelf
}

export function readList(query: string): ListState {
  const params = new URLSearchParams(query)
  const sort = sorts.find((one) => one === params.get('sort')) ?? 'createdAt'
  const order = params.get('order')
  return {
    search: (params.get('search') ?? '').slice(0, 200),
    tags: (params.get('tag') ?? '').split(',').filter((tag) => tag !== ''),
    domain: params.get('domain') ?? undefined,
    sort,
    order: order === 'asc' || order === 'desc' ? order : usualOrder(sort),
    shelf: shelves.find((one) => one === params.get('shelf')) ?? 'active',
  }
}

function usualOrder(sort: Sort): 'asc' | 'desc' {
  return sort === 'slug' ? 'asc' : 'desc'
}

/** The same column once more turns it around. */
export function sortedBy(query: string, sort: Sort): string {
  const now = readList(query)
  const turned = now.order === 'asc' ? 'desc' : 'asc'
  const order = now.sort === sort ? turned : usualOrder(sort)
  return withParams(query, {
    sort: sort === 'createdAt' ? undefined : sort,
    order: order === usualOrder(sort) ? undefined : order,
  })
}

/** The API parts tags by commas: one that has a comma cannot be asked for. */
export function isFilter(tag: string): boolean {
  return !tag.includes(',')
}

export function withTag(query: string, tag: string): string {
  const { tags } = readList(query)
  const next = tags.includes(tag) ? tags.filter((one) => one !== tag) : [...tags, tag]
  return withParams(query, { tag: next.length === 0 ? undefined : next.join(',') })
}

/** As link-write takes it, for the list and for the count. */
export function filtersOf({ search, tags, domain, shelf }: ListState) {
  return {
    ...(search !== '' && { search }),
    ...(tags.length > 0 && { tag: tags.join(',') }),
    ...(domain !== undefined && { domain }),
    ...(shelf === 'archived' && { archived: 'true' as const }),
    ...(shelf === 'deleted' && { deleted: 'true' as const, archived: 'all' as const }),
    ...(shelf === 'expired' && { expired: 'true' as const }),
    ...(shelf === 'active' && { expired: 'false' as const }),
  }
}

export function isNarrowed({ search, tags, domain }: ListState): boolean {
  return search !== '' || tags.length > 0 || domain !== undefined
}
