import type { Link } from '@sleepwell/contracts/link'
import type { ProblemCode } from '@sleepwell/contracts/problem'
import type { PoolClient } from 'pg'
import { v7 as uuidv7 } from 'uuid'
import type { Answer } from './answer-table.ts'
import { blockOf } from './blocks.ts'
import type { Mutate, Mutated, MutationRequest } from './idempotency.ts'
import type { StoredLink } from './link-columns.ts'
import { recordChange } from './change-table.ts'
import { insertLink, type InsertLink } from './link-table.ts'
import type { MintSlug, Minting } from './mint-slug.ts'
import { findSameLink, lockDestination } from './same-link-table.ts'
import { etagOf } from './show-link.ts'

/** Without a slug, one is minted. */
export type NewLink = Omit<InsertLink, 'id' | 'ownerId' | 'slug'> & {
  readonly slug: string | undefined
  readonly minting: Minting
  readonly findIfExists: boolean
  /** Also one of a link that was blocked. */
  readonly mayHaveBlockedSlug?: boolean
}

export interface MakeLinkDeps {
  readonly mintSlug: MintSlug
  readonly show: (link: StoredLink) => Link
}

/** In a transaction, makes a link. */
export type MakeLink = (
  client: PoolClient,
  ownerId: string,
  link: NewLink,
) => Promise<Answer | ProblemCode>

export function createMakeLink({ mintSlug, show }: MakeLinkDeps): MakeLink {
  return async (client, ownerId, link) => {
    const { minting, findIfExists, mayHaveBlockedSlug = false, slug, ...rest } = link
    const wanted = { ...rest, ownerId }
    if (findIfExists && link.maxClicks === null) {
      await lockDestination(client, { ...wanted, slug })
      const same = await findSameLink(client, { ...wanted, slug })
      if (same !== 'absent')
        return { status: 200, headers: { ETag: etagOf(same.version) }, body: show(same) }
    }
    const block =
      slug === undefined || mayHaveBlockedSlug
        ? 'none'
        : await blockOf(client, { domain: link.domain, slug })
    if (block !== 'none') return block
    const stored =
      slug === undefined
        ? await insertMinted(client, wanted, (tries) => mintSlug(grown(minting, tries)))
        : await insertLink(client, { ...wanted, id: uuidv7(), slug })
    if (stored === 'taken') return 'slug_taken'
    await recordChange(client, stored, 'lives')
    return {
      status: 201,
      headers: { ETag: etagOf(stored.version), Location: `/v1/links/${stored.id}` },
      body: show(stored),
    }
  }
}

export function createCreateLink(mutate: Mutate, makeLink: MakeLink) {
  return (request: MutationRequest, ownerId: string, link: NewLink): Promise<Mutated> =>
    mutate(request, (client) => makeLink(client, ownerId, link))
}

/** So many in a row were taken: they are no longer random. */
export const maxMinted = 16
/** Even where nine of ten are taken, more than a third finds a free one of that length. */
const triesPerLength = 4

/** Longer after some tries in vain. */
export function grown({ length, prefix }: Minting, tries: number): Minting {
  return { length: length + Math.floor(tries / triesPerLength), prefix }
}

async function insertMinted(
  client: PoolClient,
  link: Omit<InsertLink, 'id' | 'slug'>,
  mint: (tries: number) => string,
): Promise<StoredLink> {
  for (let tries = 0; tries < maxMinted; tries++) {
    const stored = await insertLink(client, { ...link, id: uuidv7(), slug: mint(tries) })
    if (stored !== 'taken') return stored
  }
  throw new Error('every minted slug was taken')
}
