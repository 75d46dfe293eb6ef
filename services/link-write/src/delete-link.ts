import type { Mutate, Mutated, MutationRequest } from './idempotency.ts'
import { recordChange } from './change-table.ts'
import { deleteLink, findLink } from './link-table.ts'

export function createDeleteLink({ mutate }: { readonly mutate: Mutate }) {
  return (
    request: MutationRequest,
    ownerId: string,
    id: string,
    versions: readonly number[] | 'any',
  ): Promise<Mutated> =>
    mutate(request, async (client) => {
      const deleted = await deleteLink(client, ownerId, id, versions)
      if (deleted === 'absent') {
        const link = await findLink(client, ownerId, id)
        return link === 'absent' ? 'link_not_found' : 'version_mismatch'
      }
      await recordChange(client, deleted, 'deleted')
      return { status: 204, headers: {}, body: null }
    })
}
