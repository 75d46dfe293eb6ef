import { type QueryClient, useQuery, useQueryClient } from '@tanstack/preact-query'
import type { Link } from '@sleepwell/contracts/link'
import { api } from '../session/session.ts'

const believedMs = 60_000

/** Names of links by their ids, as far as they are known: reports have ids alone. */
export function useLinkNames(ids: readonly string[]): (id: string) => string {
  const links = useLinks(ids)
  return (id) => {
    const link = links.get(id)
    if (link === 'absent') return `Deleted link ${id.slice(-6)}`
    return link === undefined ? '…' : link.slug
  }
}

export function useLinks(ids: readonly string[]): ReadonlyMap<string, Link | 'absent'> {
  const queries = useQueryClient()
  const { data } = useQuery({
    queryKey: ['links-of', ids],
    queryFn: async () => {
      const found = await Promise.all(ids.map((id) => findLink(queries, id)))
      return new Map(ids.map((id, i) => [id, found[i] ?? 'absent'] as const))
    },
    enabled: ids.length > 0,
    staleTime: believedMs,
  })
  return data ?? new Map<string, Link | 'absent'>()
}

/** Each is asked for once, whoever else shows it. */
function findLink(queries: QueryClient, id: string): Promise<Link | 'absent'> {
  return queries.fetchQuery({
    queryKey: ['link-or-absent', id],
    queryFn: async () => {
      try {
        return await api.findLink(id)
      } catch (error) {
        if (Object(error).code === 'link_not_found') return 'absent'
        throw error
      }
    },
    staleTime: believedMs,
  })
}
