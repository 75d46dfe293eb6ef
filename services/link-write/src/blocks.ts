// What a change of a link has to do with its being blocked: by a person, who alone undoes it, or by the operator's list, for as long
// as the link leads where the list forbids it.
import type { Pool, PoolClient } from 'pg'
import { unlist } from './blocklist-table.ts'
import type { LinkDomains } from './link-domains.ts'
import { onEitherSchema, type StoredLink } from './link-columns.ts'
import { destinationsOf } from './link-rules.ts'
import type { LinkChanges } from './link-table.ts'

/** The change with what it does to a block; of a link that this transaction has locked. */
export async function withBlock(
  client: PoolClient,
  link: StoredLink,
  changes: LinkChanges,
  { entryAgainst }: Pick<LinkDomains, 'entryAgainst'>,
): Promise<LinkChanges | 'destination_blocked'> {
  const isListed = () =>
    destinationsOf(leadingTo(link, changes)).some((href) => entryAgainst(href) !== undefined)
  // It would be blocked again when the list is next looked at.
  if (changes.blocked === false && isListed()) return 'destination_blocked'
  if (!link.blocked) return changes
  if (changes.blocked !== undefined) {
    await unlist(client, link.id)
    return changes
  }
  const { destination, expiredDestination, preview } = changes
  const leadsElsewhere = [destination, expiredDestination, preview].some((to) => to !== undefined)
  return leadsElsewhere && !isListed() && (await unlist(client, link.id))
    ? { ...changes, blocked: false }
    : changes
}

function leadingTo(link: StoredLink, changes: LinkChanges) {
  const { expiredDestination, preview } = changes
  return {
    destination: changes.destination ?? link.destination,
    expiredDestination:
      expiredDestination === undefined ? link.expiredDestination : expiredDestination,
    preview: preview === undefined ? link.preview : preview,
  }
}

type Name = Pick<StoredLink, 'domain' | 'slug'>
type BlockCode = 'slug_taken' | 'slug_blocked'

/**
 * Slugs against which blocking stands: a blocked link has them, or had them when it was deleted or renamed. Whoever was blocked would
 * undo it if he could have such a slug again. Whoever took one before the list blocked the link that had had it keeps it: of his it is
 * said that it is taken.
 */
export async function findBlocks(
  postgres: Pool | PoolClient,
  names: readonly Name[],
): Promise<readonly (Name & { readonly code: BlockCode })[]> {
  const { rows } = await postgres.query<Name & { readonly code: BlockCode }>({
    name: 'find_blocks',
    text: onEitherSchema(`
      select distinct on (domain, slug) domain, slug,
        case when exists (
          select from links its where (its.domain, its.slug) = (links.domain, links.slug) and its.deleted_at is null
        ) then 'slug_taken' else 'slug_blocked' end as code
      from links join unnest($1::text[], $2::text[]) as wanted (domain, slug) using (domain, slug)
      where blocked_at is not null
        or exists (select from links its where its.id = links.alias_of and its.blocked_at is not null)
      order by domain, slug`),
    values: [names.map(({ domain }) => domain), names.map(({ slug }) => slug)],
  })
  return rows
}

export async function blockOf(
  postgres: Pool | PoolClient,
  name: Name,
): Promise<'none' | BlockCode> {
  const [block] = await findBlocks(postgres, [name])
  return block?.code ?? 'none'
}
