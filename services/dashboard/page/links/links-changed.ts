import type { InfiniteData, QueryClient, QueryKey } from '@tanstack/preact-query'
import { findLinks } from './find-links.ts'
import type { filtersOf } from './list-state.ts'
import { firstPageOf, isShort, type LinkPage, withChanged } from './loaded-links.ts'

/**
 * Whatever tells of links is read anew. Of a list of which much is loaded only the rows that were changed: they stay where
 * they are, unless the list has them no longer.
 *
 * @param ids `'unknown'`: a list begins at its first page again
 */
export async function linksChanged(
  queries: QueryClient,
  ids: readonly string[] | 'unknown',
): Promise<void> {
  void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'links' })
  const lists = queries.getQueryCache().findAll({ queryKey: ['links'] })
  const long = lists.filter((one) => one.isActive() && !isShort(one.state.data as Loaded))
  const keys = new Set(long.map(({ queryHash }) => queryHash))
  void queries.invalidateQueries({
    queryKey: ['links'],
    predicate: ({ queryHash }) => !keys.has(queryHash),
  })
  await Promise.all(
    long.map(async ({ queryKey }) => {
      if (ids !== 'unknown' && (await readRows(queries, queryKey, ids))) return
      keepFirstPage(queries, queryKey)
      await queries.invalidateQueries({ queryKey, exact: true })
    }),
  )
}

type Loaded = InfiniteData<LinkPage>

/** False: they could not be read. */
async function readRows(queries: QueryClient, queryKey: QueryKey, ids: readonly string[]) {
  const filters = queryKey[1] as ReturnType<typeof filtersOf>
  try {
    const found = await findLinks(ids, filters)
    // A page that is on its way would be put beside the rows as they were.
    await queries.cancelQueries({ queryKey, exact: true })
    queries.setQueryData<Loaded>(queryKey, (loaded) => loaded && withChanged(loaded, ids, found))
    return true
  } catch {
    return false
  }
}

/** To be read anew once it is shown again; until then as old as it is. */
export function keepFirstPage(queries: QueryClient, queryKey: QueryKey): void {
  const updatedAt = queries.getQueryState(queryKey)?.dataUpdatedAt ?? 0
  queries.setQueryData<Loaded>(queryKey, (loaded) => loaded && firstPageOf(loaded), { updatedAt })
  void queries.invalidateQueries({ queryKey, exact: true, refetchType: 'none' })
}
