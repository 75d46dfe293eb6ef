import { keepPreviousData, useQuery } from '@tanstack/preact-query'
import type { Link } from '@sleepwell/contracts/link'
import { findLinks } from '../links/find-links.ts'
import { may } from '../session/session.ts'

const believedMs = 60_000

/** Names of links by their ids, as far as they are known: reports have ids alone. */
export function useLinkNames(ids: readonly string[]): (id: string) => string {
  const links = useLinks(ids)
  return (id) => {
    if (!may('links:read')) return `Link ${id.slice(-6)}`
    const link = links.get(id)
    if (link === 'absent') return `Deleted link ${id.slice(-6)}`
    return link === undefined ? '…' : link.slug
  }
}

function useLinks(ids: readonly string[]): ReadonlyMap<string, Link | 'absent'> {
  const { data } = useQuery({
    queryKey: ['links-of', ids],
    queryFn: async ({ signal }) => {
      const links = await findLinks(ids, { archived: 'all' }, { signal })
      const found = new Map(links.map((link) => [link.id, link]))
      return new Map(ids.map((id) => [id, found.get(id) ?? ('absent' as const)]))
    },
    enabled: ids.length > 0 && may('links:read'),
    staleTime: believedMs,
    placeholderData: keepPreviousData,
  })
  return data ?? new Map<string, Link | 'absent'>()
}
