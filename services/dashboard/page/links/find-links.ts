import type { Link } from '@sleepwell/contracts/link'
import { api } from '../session/session.ts'
import type { filtersOf } from './list-state.ts'

/** As many ids as one request names. */
const atOnce = 100

/** Those of the links that the filters let through, in no order. */
export async function findLinks(
  ids: readonly string[],
  filters: Partial<ReturnType<typeof filtersOf>>,
  options: { readonly signal?: AbortSignal } = {},
): Promise<Link[]> {
  const parts = Array.from({ length: Math.ceil(ids.length / atOnce) }, (_, i) =>
    ids.slice(i * atOnce, (i + 1) * atOnce).join(),
  )
  const pages = await Promise.all(
    parts.map((id) => api.listLinks({ ...filters, id, limit: atOnce }, options)),
  )
  return pages.flatMap(({ links }) => links)
}
