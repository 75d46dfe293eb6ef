import type { Link } from '@sleepwell/contracts/link'
import type { Mutate, Mutated, MutationRequest } from './idempotency.ts'
import { brokenRule } from './link-rules.ts'
import {
  type LinkChanges,
  lockLink,
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
    ownerId: string | null,
    id: string,
    versions: readonly number[] | 'any',
    changes: LinkChanges,
  ): Promise<Mutated> =>
    mutate(request, async (client) => {
      const link = await lockLink(client, ownerId, id)
      if (link === 'absent') return 'link_not_found'
      if (versions !== 'any' && !versions.includes(link.version)) return 'version_mismatch'
      const broken = brokenRule(changed(link, changes))
      if (broken !== undefined) return broken.code
      const stored = await updateLink(client, id, changes)
      await recordChange(client, stored, 'lives')
      return { status: 200, headers: { ETag: etagOf(stored.version) }, body: show(stored) }
    })
}

function changed(link: StoredLink, changes: LinkChanges) {
  const { startsAt, expiresAt, maxClicks, cacheSeconds } = changes
  return {
    startsAt: startsAt === undefined ? link.startsAt : startsAt,
    expiresAt: expiresAt === undefined ? link.expiresAt : expiresAt,
    maxClicks: maxClicks === undefined ? link.maxClicks : maxClicks,
    cacheSeconds: cacheSeconds ?? link.cacheSeconds,
  }
}
