import type { Link } from '@sleepwell/contracts/link'
import type { Mutate, Mutated, MutationRequest } from './idempotency.ts'
import {
  findLink,
  type LinkChanges,
  recordChange,
  type StoredLink,
  updateLink,
} from './link-table.ts'
import { etagOf } from './show-link.ts'

export interface UpdateLinkDeps {
  readonly mutate: Mutate
  readonly show: (link: StoredLink) => Link
}

export function createUpdateLink({ mutate, show }: UpdateLinkDeps) {
  return (
    request: MutationRequest,
    ownerId: string,
    id: string,
    versions: readonly number[] | 'any',
    changes: LinkChanges,
  ): Promise<Mutated> =>
    mutate(request, async (client) => {
      const stored = await updateLink(client, ownerId, id, versions, changes)
      if (stored === 'absent') {
        const link = await findLink(client, ownerId, id)
        return link === 'absent' ? 'link_not_found' : 'version_mismatch'
      }
      await recordChange(client, stored, 'lives')
      return { status: 200, headers: { ETag: etagOf(stored.version) }, body: show(stored) }
    })
}
