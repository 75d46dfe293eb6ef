import type { Link } from '@sleepwell/contracts/link'
import { deleteAlias } from './alias-table.ts'
import type { Mutate, Mutated, MutationRequest } from './idempotency.ts'
import type { StoredLink } from './link-columns.ts'
import { recordChange } from './change-table.ts'
import { lockLink, updateLink } from './link-table.ts'
import { etagOf } from './show-link.ts'

export interface DeleteAliasDeps {
  readonly mutate: Mutate
  readonly show: (link: StoredLink) => Link
}

/** Gives up one of the link's former slugs: it answers 410, and is free for others. */
export function createDeleteAlias({ mutate, show }: DeleteAliasDeps) {
  return (
    request: MutationRequest,
    ownerId: string | null,
    id: string,
    slug: string,
    versions: readonly number[] | 'any',
  ): Promise<Mutated> =>
    mutate(request, async (client) => {
      const link = await lockLink(client, ownerId, id)
      if (link === 'absent') return 'link_not_found'
      if (!link.aliases.includes(slug)) return 'alias_not_found'
      if (versions !== 'any' && !versions.includes(link.version)) return 'version_mismatch'
      const alias = await deleteAlias(client, link, slug)
      const stored = await updateLink(client, id, { withoutAlias: slug })
      await recordChange(client, alias, 'deleted')
      return { status: 200, headers: { ETag: etagOf(stored.version) }, body: show(stored) }
    })
}
