import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/preact-query'
import { api, may } from '../session/session.ts'
import { filtersOf, type ListState } from './list-state.ts'

/** As many as one answer has. */
const pageSize = 100
/** Clicks beside links are of these days. */
export const clickDays = 30

export function useLinkList(list: ListState) {
  const filters = filtersOf(list)
  const { sort, order } = list
  const pages = useInfiniteQuery({
    queryKey: ['links', filters, sort, order],
    queryFn: ({ signal, pageParam }) =>
      api.listLinks(
        {
          ...filters,
          sort,
          order,
          limit: pageSize,
          ...(pageParam !== '' && { cursor: pageParam }),
        },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
  })
  const count = useQuery({
    queryKey: ['link-count', filters],
    queryFn: ({ signal }) => api.countLinks(filters, { signal }),
    placeholderData: keepPreviousData,
  })
  return { pages, count }
}

/** Clicks of each link; links beyond the ten thousand with the most have none told. */
export function useClicksByLink() {
  return useQuery({
    queryKey: ['clicks-by-link'],
    queryFn: async ({ signal }) => {
      const from = new Date(Date.now() - clickDays * 86_400_000).toISOString()
      const { rows, others } = await api.reportClicks({ groupBy: 'link', from }, { signal })
      return {
        counts: new Map(rows.map(({ key, human }) => [key, human])),
        isWhole: others === undefined,
      }
    },
    enabled: may('reports:read'),
    staleTime: 60_000,
  })
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
    staleTime: 300_000,
  })
}
