import { readDestination } from '@sleepwell/contracts/destination'
import { UpdateLink } from '@sleepwell/contracts/link'
import type { ProblemCode } from '@sleepwell/contracts/problem'
import { findState, readLinkStates } from './audit-table.ts'
import type { Mutate, Mutated, MutationRequest } from './idempotency.ts'
import type { StoredLink } from './link-columns.ts'
import type { LinkDomains } from './link-domains.ts'
import { destinationsOf } from './link-rules.ts'
import { findLink, type LinkChanges } from './link-table.ts'
import type { Versions } from './read-request.ts'
import type { EditLink } from './update-link.ts'

export interface RevertLinkDeps {
  readonly mutate: Mutate
  readonly editLink: EditLink
  readonly domains: Pick<LinkDomains, 'own' | 'entryAgainst'>
}

/**
 * All that an owner may change is as it was in that version; it is a change like any other. An expiry that has passed comes back
 * too.
 */
export function createRevertLink({ mutate, editLink, domains }: RevertLinkDeps) {
  return (
    request: MutationRequest,
    ownerId: string | null,
    id: string,
    versions: Versions,
    version: number,
  ): Promise<Mutated> =>
    mutate(request, async (client) => {
      if ((await findLink(client, ownerId, id)) === 'absent') return 'link_not_found'
      const state = await findState(client, id, version)
      if (state === 'absent') return 'version_not_found'
      const [then] = await readLinkStates(client, [state])
      if (then === undefined) return 'version_not_found'
      const fault = faultOf(then, domains)
      return fault ?? (await editLink(client, ownerId, id, versions, changesTo(then)))
    })
}

/** Every field that a change can name, but for the one that is not the owner's. */
function changesTo(then: StoredLink): LinkChanges {
  const fields = Object.keys(UpdateLink.shape).filter((field) => field !== 'blocked')
  const was = new Map<string, unknown>(Object.entries(then))
  return Object.fromEntries(fields.map((field) => [field, was.get(field)]))
}

/** Where it led then may be forbidden by now. */
function faultOf(
  then: StoredLink,
  { own, entryAgainst }: RevertLinkDeps['domains'],
): ProblemCode | undefined {
  for (const href of destinationsOf(then)) {
    const read = readDestination(href, own)
    if ('problem' in read) return read.problem
    if (entryAgainst(href) !== undefined) return 'destination_blocked'
  }
  return undefined
}
