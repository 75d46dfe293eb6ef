import type { PoolClient } from 'pg'
import { onEitherSchema, type StoredLink } from './link-columns.ts'

/**
 * Puts the link's new state into the change feed, for each slug that leads there and its own last, and the positions onto
 * their rows. Always the last statement on the link: only with the row locked and the slugs won are the numbers that it draws above
 * every earlier one of those slugs.
 */
export async function recordChange(
  client: PoolClient,
  link: Pick<StoredLink, 'id'>,
  kind: 'lives' | 'deleted',
): Promise<void> {
  await client.query({
    name: 'record_change',
    text: `
      with link as (${onEitherSchema(
        'select id, domain, slug, aliases, deleted_at, blocked_at from links where id = $1',
      )}),
      its as materialized (
        select alias.id, alias.domain, alias.slug, link.blocked_at
        from link join links alias on alias.domain = link.domain and alias.slug = any(link.aliases)
          and alias.deleted_at is not distinct from link.deleted_at
        union all
        select id, domain, slug, blocked_at from link),
      change as (
        insert into link_changes (position, domain, slug, deleted, blocked)
        select next_link_position(), domain, slug, $2, blocked_at is not null from its
        returning position, domain, slug)
      update links set position = change.position
      from its join change using (domain, slug)
      where links.id = its.id`,
    values: [link.id, kind === 'deleted'],
  })
}
