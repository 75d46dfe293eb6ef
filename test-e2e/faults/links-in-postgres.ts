// Links as link-write writes them: the link, its change, and the position of the change onto the link.
import type { Pool } from 'pg'
import type { Ground } from './ground.ts'

/** `link-0` and so on, as link-write would have made them an hour ago. */
export async function insertLinks(query: Ground['query'], count: number): Promise<void> {
  await query(
    `with change as (
       insert into link_changes (position, changed_at, domain, slug, deleted)
       select next_link_position(), now() - interval '1 hour', '@', 'link-' || i, false
       from generate_series(0, $1 - 1) i
       returning position, slug
     )
     insert into links (id, owner_id, domain, slug, destination, position)
     select gen_random_uuid(), 'owner', '@', slug, 'https://example.com/' || slug, position
     from change`,
    [count],
  )
}

export async function writeLink(
  pool: Pool,
  slug: string,
  destination: string | undefined,
): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    if (destination === undefined)
      await client.query(
        'update links set deleted_at = now() where slug = $1 and deleted_at is null',
        [slug],
      )
    else
      await client.query(
        `insert into links (id, owner_id, domain, slug, destination)
         values (gen_random_uuid(), 'owner', '@', $1, $2)
         on conflict (domain, slug) where deleted_at is null
         do update set destination = excluded.destination`,
        [slug, destination],
      )
    await client.query(
      `with change as (
         insert into link_changes (position, domain, slug, deleted)
         values (next_link_position(), '@', $1, $2)
         returning position
       )
       update links set position = change.position from change where slug = $1`,
      [slug, destination === undefined],
    )
    await client.query('commit')
  } finally {
    // Its transaction ends with it, whatever happened.
    client.release(true)
  }
}
