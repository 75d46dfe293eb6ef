import type { PoolClient } from 'pg'
import type { MakeLink, NewLink } from './create-link.ts'
import type { Mutate, Mutated, MutationRequest } from './idempotency.ts'
import { findByExternalId, type LinkChanges } from './link-table.ts'
import type { EditLink } from './update-link.ts'

/** What to make if there is no link with the externalId, and what to change if there is one. */
export interface PutLinkRequest {
  readonly link: NewLink & { readonly externalId: string }
  readonly changes: LinkChanges
  /** Undefined: wherever it is. */
  readonly domain: string | undefined
  readonly versions: readonly number[] | 'any' | 'absent'
}

export interface PutLinkDeps {
  readonly mutate: Mutate
  readonly makeLink: MakeLink
  readonly editLink: EditLink
}

const maxTries = 3

export function createPutLink({ mutate, makeLink, editLink }: PutLinkDeps) {
  const put = (request: MutationRequest, ownerId: string, asked: PutLinkRequest) =>
    mutate(request, async (client) => {
      const { link, changes, domain, versions } = asked
      await lockExternalId(client, ownerId, link.externalId)
      const found = await findByExternalId(client, ownerId, link.externalId)
      if (found === 'absent')
        return versions === 'absent' ? await makeLink(client, ownerId, link) : 'version_mismatch'
      if (domain !== undefined && domain !== found.domain) return 'domain_fixed'
      const wanted = versions === 'absent' ? 'any' : versions
      return await editLink(client, ownerId, found.id, wanted, changes)
    })

  return async (
    request: MutationRequest,
    ownerId: string,
    asked: PutLinkRequest,
  ): Promise<Mutated> => {
    for (let tries = 1; ; tries++) {
      const mutated = await put(request, ownerId, asked)
      // Somebody made it in another way, or changed its externalId, after it was looked for.
      const raced = mutated === 'external_id_taken' || mutated === 'link_not_found'
      if (!raced || tries === maxTries) return mutated
    }
  }
}

/** Of those who put the same, one goes after the other. */
async function lockExternalId(client: PoolClient, ownerId: string, externalId: string) {
  await client.query({
    name: 'lock_external_id',
    text: `select pg_advisory_xact_lock(hashtextextended(jsonb_build_array($1::text, $2::text)::text, 2))`,
    values: [ownerId, externalId],
  })
}
