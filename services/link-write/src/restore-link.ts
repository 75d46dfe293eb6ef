import type { Link } from '@sleepwell/contracts/link'
import type { Mutate, Mutated, MutationRequest } from './idempotency.ts'
import type { StoredLink } from './link-columns.ts'
import { recordChange } from './change-table.ts'
import { lockLivingOrDeleted, restoreLink } from './restore-table.ts'
import { etagOf } from './show-link.ts'

export interface RestoreLinkDeps {
  readonly mutate: Mutate
  readonly show: (link: StoredLink) => Link
}

/** A link that lives already is answered as it is. */
export function createRestoreLink({ mutate, show }: RestoreLinkDeps) {
  return (request: MutationRequest, ownerId: string, id: string): Promise<Mutated> =>
    mutate(request, async (client) => {
      const link = await lockLivingOrDeleted(client, ownerId, id)
      if (link === 'absent') return 'link_not_found'
      if (link.tooLate) return 'restore_too_late'
      let living: StoredLink = link
      if (link.deletedAt !== null) {
        living = await restoreLink(client, link)
        await recordChange(client, living, 'lives')
      }
      return { status: 200, headers: { ETag: etagOf(living.version) }, body: show(living) }
    })
}
