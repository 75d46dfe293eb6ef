import { maxHrefLength } from '@sleepwell/contracts/destination'
import { withUtm } from '@sleepwell/contracts/destination-utm'
import type { Link } from '@sleepwell/contracts/link'
import type { ProblemCode } from '@sleepwell/contracts/problem'
import type { PoolClient } from 'pg'
import { placeAlias, roomFor } from './alias-table.ts'
import type { Answer } from './answer-table.ts'
import { blockOf, withBlock } from './blocks.ts'
import type { Mutate, Mutated, MutationRequest } from './idempotency.ts'
import type { LinkDomains } from './link-domains.ts'
import type { StoredLink } from './link-columns.ts'
import { brokenRule } from './link-rules.ts'
import { recordChange } from './change-table.ts'
import { type LinkChanges, lockLink, updateLink } from './link-table.ts'
import type { Versions } from './read-request.ts'
import { etagOf } from './show-link.ts'

/** In a transaction, edits a link. An owner that is null: whoever has it. */
export type EditLink = (
  client: PoolClient,
  ownerId: string | null,
  id: string,
  versions: Versions,
  changes: LinkChanges,
) => Promise<Answer | ProblemCode>

export interface EditLinkDeps {
  readonly show: (link: StoredLink) => Link
  readonly domains: Pick<LinkDomains, 'entryAgainst'>
}

export function createEditLink({ show, domains }: EditLinkDeps): EditLink {
  return async (client, ownerId, id, versions, changes) => {
    const link = await lockLink(client, ownerId, id)
    if (link === 'absent') return 'link_not_found'
    if (versions !== 'any' && !versions.includes(link.version)) return 'version_mismatch'
    const broken = brokenRule(changed(link, changes))
    if (broken !== undefined) return broken.code
    const settled = await withBlock(client, link, changes, domains)
    if (typeof settled === 'string') return settled
    const stored = await changeLink(client, link, settled)
    if (typeof stored === 'string') return stored
    return { status: 200, headers: { ETag: etagOf(stored.version) }, body: show(stored) }
  }
}

export function createUpdateLink(mutate: Mutate, editLink: EditLink) {
  return (
    request: MutationRequest,
    ownerId: string | null,
    id: string,
    versions: Versions,
    changes: LinkChanges,
  ): Promise<Mutated> =>
    mutate(request, (client) => editLink(client, ownerId, id, versions, changes))
}

/** Makes and records a change that breaks no rule, of a link that this transaction has locked. */
export async function changeLink(
  client: PoolClient,
  link: StoredLink,
  changes: LinkChanges,
): Promise<
  StoredLink | 'slug_taken' | 'slug_blocked' | 'too_many_aliases' | 'destination_too_long'
> {
  const { slug = link.slug } = changes
  const destination = withUtm(changes.destination ?? link.destination, changes.utm)
  if (destination.length > maxHrefLength) return 'destination_too_long'
  const isOwn = slug === link.slug || link.aliases.includes(slug)
  const block = isOwn ? 'none' : await blockOf(client, { domain: link.domain, slug })
  if (block !== 'none') return block
  const room = slug === link.slug ? undefined : await roomFor(client, link, slug)
  if (typeof room === 'string') return room
  const stored = await updateLink(client, link.id, { ...changes, destination })
  if (room !== undefined) await placeAlias(client, room, link.slug)
  await recordChange(client, stored, 'lives')
  return stored
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
