import { maxHrefLength } from '@sleepwell/contracts/destination'
import { withUtm } from '@sleepwell/contracts/destination-utm'
import type { PoolClient } from 'pg'
import { withBlock } from './blocks.ts'
import { failed, isProblem, type Outcome } from './bulk-outcome.ts'
import { findLinks, recordChanges, writeLinks } from './bulk-table.ts'
import type { StoredLink } from './link-columns.ts'
import { brokenRule } from './link-rules.ts'
import type { LinkChanges } from './link-table.ts'
import { inSavepoint } from './savepoint.ts'
import { changeLink, type EditLinkDeps } from './update-link.ts'

export interface Change {
  /** As this transaction has locked it; each once. */
  readonly link: StoredLink
  readonly changes: LinkChanges
}

/** In a transaction: what is only the link's own in few statements, what others may have, one by one. */
export function createBulkChange({ show, domains }: EditLinkDeps) {
  return async (client: PoolClient, all: readonly Change[]): Promise<Outcome[]> => {
    const outcomes: Outcome[] = []
    const together: { readonly index: number; readonly link: StoredLink }[] = []
    for (const [index, { link, changes: wanted }] of all.entries()) {
      const becomes = changed(link, wanted)
      if (isProblem(becomes)) outcomes[index] = becomes
      else if (mayCollide(link, wanted))
        outcomes[index] = await inSavepoint(client, async () => {
          const changes = await withBlock(client, link, wanted, domains)
          if (typeof changes === 'string') return failed(changes)
          const stored = await changeLink(client, link, changes)
          return typeof stored === 'string' ? failed(stored) : { status: 200, link: show(stored) }
        })
      else {
        // The last that it can be refused for: what it does to a block stays.
        const changes = await withBlock(client, link, wanted, domains)
        if (typeof changes === 'string') outcomes[index] = failed(changes)
        else
          together.push({ index, link: { ...becomes, blocked: changes.blocked ?? link.blocked } })
      }
    }
    const ids = together.map(({ link }) => link.id)
    await writeLinks(
      client,
      together.map(({ link }) => link),
    )
    await recordChanges(client, ids, 'lives')
    const stored = new Map((await findLinks(client, ids)).map((link) => [link.id, link]))
    for (const { index, link } of together)
      outcomes[index] = { status: 200, link: show(stored.get(link.id) ?? link) }
    return outcomes
  }
}

function mayCollide(link: StoredLink, { slug, externalId }: LinkChanges): boolean {
  const otherSlug = slug !== undefined && slug !== link.slug
  return otherSlug || (externalId !== undefined && externalId !== link.externalId)
}

/** The link as it would be. */
function changed(link: StoredLink, { utm, ...changes }: LinkChanges) {
  const given = Object.fromEntries(
    Object.entries(changes).filter(([, value]) => value !== undefined),
  ) as Partial<StoredLink>
  const becomes: StoredLink = { ...link, ...given }
  const broken = brokenRule(becomes)
  if (broken !== undefined) return failed(broken.code)
  const destination = withUtm(becomes.destination, utm)
  return destination.length > maxHrefLength
    ? failed('destination_too_long')
    : { ...becomes, destination }
}
