import {
  hashKey,
  keepPreviousData,
  queryOptions,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from '@tanstack/preact-query'
import { useEffect } from 'preact/hooks'
import { api, may } from '../session/session.ts'
import { type Place, readPage, startOf } from './by-clicks.ts'
import { keepFirstPage } from './links-changed.ts'
import { filtersOf, type ListState } from './list-state.ts'
import { isShort, type LinkPage } from './loaded-links.ts'

/** As many as one answer has. */
const pageSize = 100
/** Clicks beside links are of these days. */
export const clickDays = 30

export function useLinkList(list: ListState) {
  const queries = useQueryClient()
  const filters = filtersOf(list)
  const { order } = list
  // Somebody else's address may ask for an order that is not this one's to know.
  const sort = list.sort === 'clicks' && !may('reports:read') ? 'createdAt' : list.sort
  const queryKey = ['links', filters, sort, order]
  // Whoever comes back begins at its top, and the rest is not read anew for nobody.
  useEffect(() => () => keepFirstPage(queries, queryKey), [hashKey(queryKey)])
  const pages = useInfiniteQuery({
    queryKey,
    queryFn: async ({ signal, pageParam }): Promise<LinkPage> => {
      if (sort === 'clicks') {
        const place =
          typeof pageParam === 'object'
            ? pageParam
            : startOf((await queries.fetchQuery(clicksByLink)).counts, order)
        return await readPage(place, order, (query) =>
          api.listLinks({ ...filters, ...query }, { signal }),
        )
      }
      const cursor = typeof pageParam === 'string' && { cursor: pageParam }
      const { links, nextCursor } = await api.listLinks(
        { ...filters, sort, order, limit: pageSize, ...cursor },
        { signal },
      )
      return { links, next: nextCursor ?? undefined }
    },
    initialPageParam: undefined as string | Place | undefined,
    getNextPageParam: ({ next }): string | Place | undefined => next,
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: ({ state }) => isShort(state.data),
  })
  const count = useQuery({
    queryKey: ['link-count', filters],
    queryFn: ({ signal }) => api.countLinks(filters, { signal }),
    placeholderData: keepPreviousData,
  })
  return { pages, count }
}

/** Clicks of each link; links beyond the ten thousand with the most have none told. */
const clicksByLink = queryOptions({
  queryKey: ['clicks-by-link'],
  queryFn: async ({ signal }) => {
    const from = new Date(Date.now() - clickDays * 86_400_000).toISOString()
    const { rows, others } = await api.reportClicks({ groupBy: 'link', from }, { signal })
    return {
      counts: new Map(rows.map(({ key, human }) => [key, human])),
      isWhole: others === undefined,
    }
  },
  staleTime: 60_000,
})

export function useClicksByLink() {
  return useQuery({ ...clicksByLink, enabled: may('reports:read') })
}

export function useTags() {
  return useQuery({
    queryKey: ['tags'],
    queryFn: async ({ signal }) => (await api.listTags({ limit: 200 }, { signal })).tags,
    staleTime: 30_000,
  })
}

export function useDomains() {
  return useQuery({
    queryKey: ['domains'],
    queryFn: async ({ signal }) => (await api.listDomains({ signal })).domains,
    enabled: may('links:read'),
    staleTime: 300_000,
  })
}
