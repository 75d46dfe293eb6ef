import type { Link } from '@sleepwell/contracts/link'
import type { Problem } from '@sleepwell/contracts/problem'
import type { PoolClient } from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { insertAlias } from './alias-table.ts'
import { createBulkChange } from './bulk-change.ts'
import { findBlocks } from './blocks.ts'
import { failed, isProblem, type Outcome } from './bulk-outcome.ts'
import {
  type BulkInsert,
  findLinks,
  insertLinks,
  lockExternalIds,
  lockLinks,
  recordChanges,
  setAliases,
  takenExternalIds,
} from './bulk-table.ts'
import { grown, maxMinted, type NewLink } from './create-link.ts'
import type { LinkDomains } from './link-domains.ts'
import type { StoredLink } from './link-columns.ts'
import type { LinkChanges } from './link-table.ts'
import type { MintSlug } from './mint-slug.ts'
import { inSavepoint } from './savepoint.ts'

/** One to make; with what to change where there is one with the same externalId. */
export interface BulkLinkRequest {
  readonly link: NewLink
  readonly changes: LinkChanges
  /** As it was named. */
  readonly domain: string | undefined
  readonly createdAt: Date | null
  readonly aliases: readonly string[]
}

interface Wanted {
  readonly item: BulkLinkRequest
  readonly index: number
}

export interface BulkCreateDeps {
  readonly mintSlug: MintSlug
  readonly show: (link: StoredLink) => Link
  readonly domains: Pick<LinkDomains, 'entryAgainst'>
}

/** In a transaction; an item that is a problem stays one. */
export type CreateMany = (
  client: PoolClient,
  ownerId: string,
  items: readonly (BulkLinkRequest | Problem)[],
  upsert: boolean,
) => Promise<Outcome[]>

export function createCreateMany({ mintSlug, show, domains }: BulkCreateDeps): CreateMany {
  const changeMany = createBulkChange({ show, domains })

  return async (client, ownerId, items, upsert) => {
    const outcomes: (Outcome | undefined)[] = items.map((item) =>
      isProblem(item) ? item : undefined,
    )
    refuseTwins(items, outcomes)
    if (upsert) await changeThoseThere(client, ownerId, items, outcomes)
    const left = items.flatMap((item, index) =>
      outcomes[index] === undefined && !isProblem(item) ? [{ item, index }] : [],
    )
    const simple = left.filter(({ item }) => item.aliases.length === 0)
    await makeTogether(client, ownerId, simple, outcomes)
    for (const one of left)
      if (one.item.aliases.length > 0)
        outcomes[one.index] = await makeWithAliases(client, ownerId, one.item)
    return outcomes.map((outcome) => outcome ?? failed('internal'))
  }

  async function changeThoseThere(
    client: PoolClient,
    ownerId: string,
    items: readonly (BulkLinkRequest | Problem)[],
    outcomes: (Outcome | undefined)[],
  ): Promise<void> {
    const named = items.flatMap((item, index) =>
      outcomes[index] === undefined && !isProblem(item) && item.link.externalId !== null
        ? [{ item, index, externalId: item.link.externalId }]
        : [],
    )
    if (named.length === 0) return
    const externalIds = named.map(({ externalId }) => externalId)
    await lockExternalIds(client, ownerId, externalIds)
    const links = await lockLinks(client, ownerId, { externalIds })
    const there = new Map(links.map((link) => [link.externalId, link]))
    const changes = named.flatMap(({ item, index, externalId }) => {
      const link = there.get(externalId)
      if (link === undefined) return []
      if (item.domain !== undefined && item.domain !== link.domain) {
        outcomes[index] = failed('domain_fixed')
        return []
      }
      return [{ index, link, changes: item.changes }]
    })
    const changed = await changeMany(client, changes)
    changes.forEach(({ index }, n) => (outcomes[index] = changed[n]))
  }

  async function makeTogether(
    client: PoolClient,
    ownerId: string,
    wanted: readonly Wanted[],
    outcomes: (Outcome | undefined)[],
  ): Promise<void> {
    let left = await withoutBlocked(client, wanted, outcomes)
    const made: { readonly id: string; readonly index: number }[] = []
    for (let tries = 0; left.length > 0; tries++) {
      if (tries === maxMinted) throw new Error('every minted slug was taken')
      const rows = left.map(({ item, index }) => ({
        row: rowOf(ownerId, item, tries),
        item,
        index,
      }))
      const ids = await insertLinks(
        client,
        rows.map(({ row }) => row),
      )
      made.push(
        ...rows
          .filter(({ row }) => ids.has(row.id))
          .map(({ row, index }) => ({ id: row.id, index })),
      )
      const refused = rows.filter(({ row }) => !ids.has(row.id))
      const named = refused.flatMap(({ item }) => item.link.externalId ?? [])
      const taken =
        named.length === 0 ? new Set<string>() : await takenExternalIds(client, ownerId, named)
      left = refused.filter(({ item, index }) => {
        if (item.link.externalId !== null && taken.has(item.link.externalId))
          outcomes[index] = failed('external_id_taken')
        else if (item.link.slug !== undefined) outcomes[index] = failed('slug_taken')
        return outcomes[index] === undefined
      })
    }
    const ids = made.map(({ id }) => id)
    await recordChanges(client, ids, 'lives')
    const links = new Map((await findLinks(client, ids)).map((link) => [link.id, link]))
    for (const { id, index } of made) {
      const link = links.get(id)
      if (link !== undefined) outcomes[index] = { status: 201, link: show(link) }
    }
  }

  /** Out of an export: its former slugs lead there again, or it is not made. */
  async function makeWithAliases(
    client: PoolClient,
    ownerId: string,
    item: BulkLinkRequest,
  ): Promise<Outcome> {
    return await inSavepoint(client, async () => {
      const outcomes: (Outcome | undefined)[] = []
      await makeTogether(client, ownerId, [{ item, index: 0 }], outcomes)
      const [outcome] = outcomes
      if (outcome === undefined || !('link' in outcome)) return outcome ?? failed('internal')
      const { id } = outcome.link
      for (const alias of item.aliases)
        if (!(await insertAlias(client, id, alias)))
          return failed('slug_taken', `The alias ${alias} is taken.`)
      const link = await setAliases(client, id, item.aliases)
      await recordChanges(client, [id], 'lives')
      return { status: 201, link: show(link) }
    })
  }

  function rowOf(ownerId: string, item: BulkLinkRequest, tries: number): BulkInsert {
    const { minting, findIfExists: _never, slug, ...rest } = item.link
    return {
      ...rest,
      id: uuidv7(),
      ownerId,
      slug: slug ?? mintSlug(grown(minting, tries)),
      createdAt: item.createdAt,
    }
  }
}

/** Those with a slug, or a former one, that was a blocked link's cannot be made. */
async function withoutBlocked(
  client: PoolClient,
  wanted: readonly Wanted[],
  outcomes: (Outcome | undefined)[],
): Promise<readonly Wanted[]> {
  const slugsOf = ({ item: { link, aliases } }: Wanted) =>
    link.slug === undefined ? aliases : [link.slug, ...aliases]
  const names = wanted.flatMap((one) =>
    slugsOf(one).map((slug) => ({ domain: one.item.link.domain, slug })),
  )
  const blocks = names.length === 0 ? [] : await findBlocks(client, names)
  if (blocks.length === 0) return wanted
  return wanted.filter((one) => {
    const block = blocks.find(
      ({ domain, slug }) => domain === one.item.link.domain && slugsOf(one).includes(slug),
    )
    if (block !== undefined) outcomes[one.index] = failed(block.code)
    return block === undefined
  })
}

/** Of two in one call that name the same, the later would change what the earlier made, or fail: which, nobody can have meant. */
function refuseTwins(
  items: readonly (BulkLinkRequest | Problem)[],
  outcomes: (Outcome | undefined)[],
): void {
  const seen = new Set<string>()
  items.forEach((item, index) => {
    if (isProblem(item) || item.link.externalId === null) return
    if (seen.has(item.link.externalId))
      outcomes[index] = failed('external_id_taken', 'An item before it has the same externalId.')
    seen.add(item.link.externalId)
  })
}
