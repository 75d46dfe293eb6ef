import type { Link } from '@sleepwell/contracts/link'
import type { PoolClient } from 'pg'
import { v7 as uuidv7 } from 'uuid'
import type { Mutate, Mutated, MutationRequest } from './idempotency.ts'
import { insertLink, type InsertLink, recordChange, type StoredLink } from './link-table.ts'
import { etagOf } from './show-link.ts'

/** Without a slug, one is minted. */
export type NewLink = Omit<InsertLink, 'id' | 'ownerId' | 'slug'> & {
  readonly slug: string | undefined
}

export interface CreateLinkDeps {
  readonly mutate: Mutate
  readonly mintSlug: () => string
  readonly show: (link: StoredLink) => Link
}

/** So many in a row were taken: they are no longer random. */
const maxMinted = 8

export function createCreateLink({ mutate, mintSlug, show }: CreateLinkDeps) {
  return (request: MutationRequest, ownerId: string, link: NewLink): Promise<Mutated> =>
    mutate(request, async (client) => {
      const stored =
        link.slug === undefined
          ? await insertMinted(client, { ...link, ownerId }, mintSlug)
          : await insertLink(client, { ...link, id: uuidv7(), ownerId, slug: link.slug })
      if (stored === 'taken') return 'slug_taken'
      await recordChange(client, stored, 'lives')
      return {
        status: 201,
        headers: { ETag: etagOf(stored.version), Location: `/v1/links/${stored.id}` },
        body: show(stored),
      }
    })
}

async function insertMinted(
  client: PoolClient,
  link: Omit<InsertLink, 'id' | 'slug'>,
  mintSlug: () => string,
): Promise<StoredLink> {
  for (let minted = 0; minted < maxMinted; minted++) {
    const stored = await insertLink(client, { ...link, id: uuidv7(), slug: mintSlug() })
    if (stored !== 'taken') return stored
  }
  throw new Error('every minted slug was taken')
}
