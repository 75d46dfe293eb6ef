// Many links in one transaction, and one answer to all of it.
import { bulkhead } from 'cockatiel'
import type { Link } from '@sleepwell/contracts/link'
import type { Problem } from '@sleepwell/contracts/problem'
import { createBulkChange } from './bulk-change.ts'
import type { BulkLinkRequest, CreateMany } from './bulk-create.ts'
import { answerOf, failed, isProblem, type Mode, type Outcome } from './bulk-outcome.ts'
import { deleteLinks, lockLinks, recordChanges } from './bulk-table.ts'
import type { Mutate, Mutated, MutationRequest } from './idempotency.ts'
import type { LinkDomains } from './link-domains.ts'
import type { StoredLink } from './link-columns.ts'
import type { LinkChanges } from './link-table.ts'

export interface Named {
  readonly id: string
  readonly version: number | undefined
}

export interface BulkDeps {
  readonly createLinks: (
    request: MutationRequest,
    ownerId: string,
    items: readonly (BulkLinkRequest | Problem)[],
    asked: { readonly mode: Mode; readonly upsert: boolean },
  ) => Promise<Mutated>
  /** An owner that is null: of everybody. */
  readonly updateLinks: (
    request: MutationRequest,
    ownerId: string | null,
    items: readonly ((Named & { readonly changes: LinkChanges }) | Problem)[],
    mode: Mode,
  ) => Promise<Mutated>
  readonly deleteLinks: (
    request: MutationRequest,
    ownerId: string,
    items: readonly (Named | Problem)[],
    mode: Mode,
  ) => Promise<Mutated>
}

export interface BulkOptions {
  readonly mutate: Mutate
  readonly createMany: CreateMany
  readonly show: (link: StoredLink) => Link
  readonly domains: Pick<LinkDomains, 'entryAgainst'>
}

/** Of ten connections: others have to find one meanwhile. */
const [atOnce, waiting] = [2, 20]

export function createBulk({ mutate, createMany, show, domains }: BulkOptions): BulkDeps {
  const changeMany = createBulkChange({ show, domains })
  const places = bulkhead(atOnce, waiting)
  const inTurn: Mutate = (request, effect) => places.execute(() => mutate(request, effect))
  return {
    createLinks: (request, ownerId, items, { mode, upsert }) =>
      inTurn(request, async (client) =>
        answerOf(mode, await createMany(client, ownerId, items, upsert)),
      ),
    updateLinks: (request, ownerId, items, mode) =>
      inTurn(request, async (client) => {
        const ids = items.flatMap((item) => (isProblem(item) ? [] : item.id))
        const found = matched(items, await lockLinks(client, ownerId, { ids }))
        const changes = found.flatMap((item) => (isProblem(item) ? [] : item))
        const changed = (await changeMany(client, changes)).values()
        const outcomes = found.map((item) => (isProblem(item) ? item : next(changed)))
        return answerOf(mode, outcomes)
      }),
    deleteLinks: (request, ownerId, items, mode) =>
      inTurn(request, async (client) => {
        const ids = items.flatMap((item) => (isProblem(item) ? [] : item.id))
        const found = matched(items, await lockLinks(client, ownerId, { ids }))
        const living = found.flatMap((item) => (isProblem(item) ? [] : item.link.id))
        await deleteLinks(client, living)
        await recordChanges(client, living, 'deleted')
        const outcomes = found.map((item): Outcome => (isProblem(item) ? item : { status: 204 }))
        return answerOf(mode, outcomes)
      }),
  }
}

/** Each item with its link, as it was locked; a link that was named before is not named again. */
function matched<Item extends Named>(
  items: readonly (Item | Problem)[],
  links: readonly StoredLink[],
): ((Item & { readonly link: StoredLink }) | Problem)[] {
  const byId = new Map(links.map((link) => [link.id, link]))
  const seen = new Set<string>()
  return items.map((item) => {
    if (isProblem(item)) return item
    const id = item.id.toLowerCase()
    const link = byId.get(id)
    if (link === undefined) return failed('link_not_found')
    if (seen.has(id)) return failed('invalid_body', 'An item before it names the same link.')
    seen.add(id)
    return item.version !== undefined && item.version !== link.version
      ? failed('version_mismatch')
      : { ...item, link }
  })
}

function next(outcomes: IterableIterator<Outcome>): Outcome {
  const { value } = outcomes.next() as IteratorResult<Outcome, undefined>
  return value ?? failed('internal')
}
